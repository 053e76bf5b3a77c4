// Package ledger keeps accounts of good and bad events: for each plan and label set
// the cumulative count of total and bad events over time. It asks the server for
// each time once, seals what is certain, asks again for the rest, and compares what
// it sealed with the server's own count. docs/ledger.md explains how it counts.
//
// Its words, besides those of docs/ledger.md:
//
//	batch     what a source counted in a window, before it is sealed
//	segment   a part of a curve: cumulative counts at the ends of cells
//	cell      the smallest time in which a batch or a segment counts
//	base      a counter that is asked for upstream and serves some terms of the plan
//	walker    goes through the plan's own series from one grid point to another
//	caveats   what a reader must know of answers: partial, or cut by retention
//
// From the bottom up:
//
//	time, window, count, segment, step, groups    values
//	term, base, observations, fetch, probe        what is asked of the server
//	pace, minutes                                 how often samples come, what is lost
//	batch, gridtable, walker, walker_fill         the plan's own series, counted
//	recorded, records, split                      recorded series
//	source, ownseries, recordedsource, sources    where counts come from
//	timeslice, sealed, finecells, curve, account  what is known; asks nobody
//	ledger, extend, downsampled, refresh, sharpen one ledger and how it grows
//	recheck, recount, check, maintenance          what was sealed, looked at again
//	history                                       earlier time, filled in the background
//	notices, snapshot, queue, fill, verify        what callers get
//	memory, store, grouping                       many ledgers
//	store_maintenance, store_history              what is done for them in the background
//
// A fill goes down and up again: Fill queues a request; advance decides what is
// missing; extend, extendBack or refresh asks sources for it; a source counts it
// into batches; account seals them, or keeps them as the tail; snapshot returns the
// curves with their notices.
package ledger
