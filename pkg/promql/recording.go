package promql

import (
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/promise-slo/promise-slo-datasource/pkg/grouplabel"
)

const (
	// recently limits the age of a sample that stands for the present.
	recently = 5 * time.Minute
	// memory limits how long a series may be away and go on where it was.
	memory = time.Hour
	// A counter that falls below lapse times its value has been reset; what it loses
	// above that, a server lost that switched between replicas.
	lapse = 0.99
	// surplus limits the events that a counter may begin with whatever its target
	// counted before.
	surplus = 10
)

// Recording returns the plan as two instant expressions: the number of bad and of
// total events in the minute before, by the plan's GroupBy under the names of
// grouplabel.Name. Evaluated every minute they add up to the events in any longer
// time. Nothing is extrapolated.
//
// Where total has series and bad has none, there were no bad events; where total
// has none, neither has a value, and where a histogram lacks its bucket, bad has
// none. Counters of several metrics are refused.
func (p *Plan) Recording() (bad, total string, err error) {
	if n := max(len(p.Bad), len(p.Total)); n > maxRecorded {
		return "", "", fmt.Errorf("a rule cannot record %d different series; select at most %d, by a label that they share", n, maxRecorded)
	}
	for _, c := range slices.Concat(p.Total.counters(), p.Bad.counters()) {
		if metric(c.selector) == "" {
			return "", "", fmt.Errorf("%s may select several metrics, whose series a rule cannot tell apart; write the name of one metric", c.selector)
		}
	}
	r := recording{by: p.GroupBy, total: p.Total, known: p.Total.counters()}
	if len(r.known) == 0 {
		r.known = p.Bad.counters()
	}
	r.none = r.noEvents(p.Total)
	recorded := func(e parser.Expr) string { return pretty(renameGroups(p.GroupBy, e)) }
	return recorded(binary(parser.LAND, paren(r.sum(p.Bad)), r.none)), recorded(r.sum(p.Total)), nil
}

// renameGroups returns e with the labels under which its groups are recorded.
func renameGroups(by []string, e parser.Expr) parser.Expr {
	for _, name := range by {
		if to := grouplabel.Name(name); to != name {
			e = call("label_replace", e, quoted(to), quoted("$1"), quoted(name), quoted("(.*)"))
			e = &parser.AggregateExpr{Op: parser.SUM, Expr: e, Grouping: []string{name}, Without: true}
		}
	}
	return e
}

func (s Sum) counters() (found []Counter) {
	for _, t := range s {
		if c, ok := t.Source.(Counter); ok {
			found = append(found, c)
		}
	}
	return found
}

// A recording writes the events of a minute.
type recording struct {
	by    []string
	total Sum
	// Counters by which it is known what a target counted.
	known []Counter
	// An expression that has the value 0 for each group that has data.
	none parser.Expr
}

// noEvents returns an expression that has the value 0 for each group for which
// one of the sources has data.
func (r recording) noEvents(s Sum) parser.Expr {
	var present []parser.Expr
	for _, t := range s {
		present = append(present, r.present(t.Source))
	}
	return binary(parser.MUL, number(0), paren(either(present...)))
}

// present returns an expression that has a value for each group for which the
// source has data.
func (r recording) present(s Source) parser.Expr {
	switch s := s.(type) {
	case Counter:
		return countBy(r.by, s.last(recently, 0))
	case Increments:
		return s.over(RecordedInterval-edge, r.by)
	}
	panic("a source that is neither a counter nor increments")
}

func (r recording) sum(s Sum) parser.Expr {
	return s.expression(func(source Source) parser.Expr { return paren(r.orNone(source)) })
}

// orNone returns the source's events, none where there is data. A histogram
// has all of its buckets or, if the bound is none of them, never this one.
func (r recording) orNone(s Source) parser.Expr {
	if c, ok := s.(Counter); ok {
		none := r.none
		if c.Bucket() {
			none = r.noEvents(Sum{{1, c}})
		}
		return binary(parser.LOR, sumBy(r.by, c.increments(r.known)), none)
	}
	if len(r.total) == 1 && r.total[0].Source.key() == s.key() {
		return r.present(s) // and else there is no data
	}
	return binary(parser.LOR, r.present(s), r.none)
}

// increments returns how much each of the counter's series grew in the last minute:
// from what it stood at a minute ago to its last sample since.
//
// In order: those that fell were reset, and count from zero on top of what they
// grew to before. Those that were there grew by the difference. Those that were
// away, and are higher, went on. Those that are not, or are new, were born if
// their target was there and can have counted that much: then all of their value
// is events. Those that were away with their target, and are lower, were reset
// meanwhile. The rest is merely new to the server.
func (c Counter) increments(known []Counter) parser.Expr {
	now, before := c.last(RecordedInterval, 0), c.reading.count(delay(c.selector, RecordedInterval))
	remembered := c.last(memory, RecordedInterval)
	peak := call("clamp_min", binary(parser.SUB, c.peak(RecordedInterval), before), number(0))
	fell := binary(parser.LAND, binary(parser.ADD, now, peak), binary(parser.LSS, now, binary(parser.MUL, number(lapse), before)))
	grew := call("clamp_min", binary(parser.SUB, now, before), number(0))
	returned := binary(parser.GTR, binary(parser.SUB, now, remembered), number(0))
	born := binary(parser.LTE, now, paren(binary(parser.ADD, number(surplus), targetGrowth(known))))
	born.VectorMatching = &parser.VectorMatching{Card: parser.CardManyToOne, On: true, MatchingLabels: target()}
	restarted := binary(parser.LSS, now, remembered)
	return either(fell, grew, returned, born, restarted)
}

// target returns the labels that the series of one scraped process share.
func target() []string { return []string{"job", "instance"} }

// targetGrowth returns how much each target that was there a minute ago had counted
// in the minutes before.
func targetGrowth(known []Counter) parser.Expr {
	var all []parser.Expr
	for _, c := range known {
		there := delay(c.selector, RecordedInterval)
		increase := c.reading.count(call("increase", over(there, recently, 0)))
		all = append(all, binary(parser.LAND, increase, there))
	}
	return sumBy(target(), either(all...))
}

func either(all ...parser.Expr) parser.Expr {
	whole := all[0]
	for _, e := range all[1:] {
		whole = binary(parser.LOR, whole, e)
	}
	return whole
}

// last returns the counter's newest value in a time that ended a delay ago.
func (c Counter) last(length, ago time.Duration) parser.Expr {
	return c.reading.count(call("last_over_time", over(delay(c.selector, ago), length, 0)))
}

// peak returns the counter's highest value in the last d.
func (c Counter) peak(d time.Duration) parser.Expr {
	if c.reading.of == itself {
		return call("max_over_time", over(c.selector, d, 0))
	}
	return call("max_over_time", over(c.curve(), d, resolution))
}

func delay(sel *parser.VectorSelector, by time.Duration) *parser.VectorSelector {
	d := *sel
	d.LabelMatchers = slices.Clone(sel.LabelMatchers)
	d.OriginalOffset = by
	return &d
}

func countBy(by []string, e parser.Expr) parser.Expr {
	return &parser.AggregateExpr{Op: parser.COUNT, Expr: e, Grouping: by}
}
