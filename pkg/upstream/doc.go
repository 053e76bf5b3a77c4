// Package upstream is a client of the Prometheus HTTP API, as Prometheus, Mimir,
// Thanos, Cortex and VictoriaMetrics speak it. It keeps within the server's limits
// by splitting requests, waits and tries again where that helps, shares the answers
// of identical concurrent queries, and says in plain words what is wrong where it
// cannot answer. While the server as a whole fails, all callers get that failure at
// once, and the client tries again every few seconds.
//
// Its words:
//
//	query        what a caller asks; it may take several requests
//	splitter     cuts a query into parts, and smaller ones where the server refuses
//	slot         the right to have a request under way; a priority decides who is next
//	reservation  the memory that the answers to a query hold of a budget
//	circuit      knows whether the server as a whole fails; it is open while that lasts
//	error reply  what the server says is wrong, from which an Error is made
//
// A query goes from Instant, Range or Samples through shareFlight to a splitter, which
// fetches each part: fetch waits for the circuit and a slot, exchange sends the request
// and reads the answer, decode and envelope take it apart, status and failure make an
// Error of what went wrong.
package upstream
