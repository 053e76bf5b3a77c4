// Package docs holds what the documentation has and programs need.
package docs

import _ "embed"

// PromiseSchema is the JSON Schema of documents of the kind Promise. Beyond the
// standard's keywords, x-is says what a value should be and x-hint what to
// write.
//
//go:embed promise.schema.json
var PromiseSchema []byte

// Ledger is the page on how events are counted. It has the rules in a table that
// the counting is tested with.
//
//go:embed ledger.md
var Ledger string
