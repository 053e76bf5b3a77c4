// Package yamldoc reads YAML documents whose every value knows its place, so
// that what is wrong can be reported with file, line and field, and with a hint:
// what to write instead. It knows neither formats nor what they define; of
// package slo it uses the Position.
//
// A file is a stream of documents, each parsed by itself so that a broken one
// does not take down the others. A Value is any part of a document, present or
// missing, and an Object is a Value that has fields. Getters such as Value.Text
// and Object.Need return what is there and report what is not as it should be to
// the Report of the document. This is the one way to validate: a format that
// reads a field says in the same place what the field must be.
package yamldoc
