// Package definition reads documents that define service level objectives into
// the types of package slo. Each format has a package of its own:
//
//	definition         files, their documents, references between them, writing
//	    openslo        OpenSLO, openslo/v1 and openslo/v1alpha
//	    promise        what makes an SLO of any format a promise
//	    sloth, pyrra   SLOs of Sloth and Pyrra
//	        format     what a format is, and what formats have in common
//	            yamldoc    documents whose every value knows its place
//
// A file goes down this list and its contents come up: a Reader finds files, each
// is cut into documents, each document is given to the format whose version it
// has, and the format reports to the document's report what is wrong. Files are
// read one by one, without regard to each other; references are resolved
// afterwards, over all files, so that the contents of a file that did not change
// are used again.
//
// Reading never fails as a whole: a problem has a file, line and field, and a
// hint, and refuses its own document alone. A new format is a package that
// returns its Formats and a line in formats.
package definition

import (
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// The types of problems and services, which the packages below declare.
type (
	// Problem describes something that is wrong with a definition.
	Problem = yamldoc.Problem
	// Place describes where something is in a document.
	Place = yamldoc.Place
	// Severity tells what a problem means for the SLO that it affects.
	Severity = yamldoc.Severity
	// Record describes a problem in JSON, for scripts and editors.
	Record = yamldoc.Record
	// Service describes a service, which groups SLOs.
	Service = format.Service
)

// The severities of problems.
const (
	// Error refuses the document.
	Error = yamldoc.Error
	// Warning lets the document be read, though not all that it says has an
	// effect.
	Warning = yamldoc.Warning
)

// File contains definitions.
type File struct {
	// Path names the file in positions; empty for an inline definition.
	Path    string
	Content []byte
}

// Set contains what was read. Sets of a Reader may share maps and slices with
// each other: treat them as read-only.
type Set struct {
	// SLOs without an error, by file path and position.
	SLOs []slo.SLO
	// Refused SLOs, as far as they could be read: their indicators can be checked,
	// so that what is wrong with a document is reported at once.
	Refused []slo.SLO
	// Services that have a document of their own.
	Services []Service
	// Problems contains all errors and warnings, by file path and position.
	Problems []Problem
	// Documents counts what was read, of whatever kind: SLOs, and what they refer to.
	Documents int
	// LeftOut contains the places of all that the documents say and the SLOs do not,
	// by file path and position, if the Reader lists it: fields, and documents.
	LeftOut []Place
}

// Read reads files from memory, as a new Reader does.
func Read(files ...File) *Set { return new(Reader).Read(files...) }

// ParsePeriod returns the period that Sloth is run with, such as 28d, as a person
// writes it; the zero value of an empty text.
func ParsePeriod(text string) (slo.Period, error) { return format.ParsePeriod(text) }

// Nearest returns the known word that was probably meant by a word; empty if none
// is close.
func Nearest(word string, known []string) string { return yamldoc.Nearest(word, known) }
