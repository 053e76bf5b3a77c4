// Package docs holds what the documentation has and programs need.
package docs

import _ "embed"

// Ledger is the page on how events are counted. It has the rules in a table that
// the counting is tested with.
//
//go:embed ledger.md
var Ledger string
