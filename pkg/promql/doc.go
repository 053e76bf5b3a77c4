// Package promql rewrites an indicator into a plan: PromQL expressions that
// count its good, bad and total events in any window. It works on the syntax
// tree, and refuses what it could only rewrite by changing its meaning.
//
// # Nouns
//
// A query is an author's text with its syntax tree. A compiler reads one as
// events: a weighted sum of sources, with the labels and the unit of the author's
// result. A quotient is two such sums. A source is a Counter, which counts since
// its series began, or Increments, which count a window directly; a reading says
// how a sample becomes a count. A guard is a part of a query that only speaks for
// moments without events. The grid is the full minutes at which is evaluated what
// cannot be rewritten for any window.
//
// # Files
//
// From an indicator to a plan:
//
//	compile.go        which indicator is compiled how
//	ratio.go, rawratio.go, histogram.go, threshold.go, boolgauge.go
//	                  one kind of indicator each
//	query.go          parsing, and what no query may contain
//	template.go       {{.window}}, $__rate_interval
//	limits.go, limits_regexp.go
//	                  what limits a query's size and cost
//	events.go         selectors, aggregations and signs, read as counts
//	calls.go          function calls, such as rate and increase
//	arithmetic.go     operators between counts
//	guards.go, standin.go, neutral.go
//	                  what stands around counts for moments without events
//	quotient.go, quotient_guards.go, percent.go
//	                  ratios of counts, and what stands around them
//	relabel.go        label_replace and label_join
//	grid.go           counts of every minute, for
//	condition.go      "and" and "unless",
//	join.go           info series and factors,
//	alternative.go    "or" of two counts
//	le.go             how le is spelled, normalized and chosen
//	slips.go          what is probably wrong with what can be counted
//	error.go, hints.go, forms.go, perminute.go
//	                  refusals, and what to write instead
//	cache.go          compiled indicators, kept
//
// The plan and what is asked of a server:
//
//	plan.go           plans, sums, terms and sources
//	counter.go, increments.go
//	                  the two sources
//	scope.go, grouping.go, labelset.go, matchers.go, series.go
//	                  groups, filters and the labels that results carry
//	encoding.go, encoding_tree.go
//	                  the identity of a plan
//	tree.go, print.go syntax trees, built, searched and printed
//
// Rules for rulers:
//
//	recording.go      what is recorded: the events of a minute
//	alerts.go         alerts over what was recorded
//	records.go        names and selectors of recorded series
package promql
