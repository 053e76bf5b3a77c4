package promql

import (
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// events describes an expression as a weighted sum of counts of events.
type events struct {
	sum Sum
	// Labels that the author's result carries.
	labels labelSet
	unit   unit
	// Matchers that all selectors share but for the metric's name; mixed is set
	// where they share none. Where labels are all but some, both hold for the
	// whole sum; elsewhere nobody asks.
	filter []*labels.Matcher
	mixed  bool
	// Calls of label_replace and label_join, innermost first, that are not part of
	// the sources yet.
	relabels []*parser.Call
	// Labels among those that they make of which no series had one and all get the
	// same value.
	constants []string
	// Calls that overwrite, with such a label, one that told groups apart. It must
	// not be asked for.
	merged []*parser.Call
}

// eventsOf returns the events of one source.
func eventsOf(s Source, carried labelSet, in unit) events {
	selectors := s.selectors()
	e := events{sum: Sum{{1, s}}, labels: carried, unit: in, mixed: !sameAttributes(selectors)}
	if len(selectors) > 0 {
		e.filter = attributes(selectors[0])
	}
	return e
}

// A unit tells events per second from events in a window. Counts of different
// units do not add up.
type unit struct {
	perSecond bool
	// Range in which events are counted, empty for none.
	window string
	// How much earlier than the window they are counted.
	offset time.Duration
	// Matchers of the series whose average it is, empty for none.
	mean string
}

func (u unit) String() string {
	text := "events"
	switch {
	case u.perSecond:
		text = "events per second"
	case u.window != "":
		text = "events in " + u.window
	}
	if u.mean != "" {
		text = "the average of series in " + text
	}
	if u.offset != 0 {
		text += ", " + formatDuration(u.offset) + " earlier"
	}
	return text
}

// bare reports whether it is the unit of a selector without a function, which
// counts events in whatever window.
func (u unit) bare() bool { return !u.perSecond && u.window == "" }

// agrees reports whether counts in these units can be compared.
func (u unit) agrees(o unit) bool {
	same := u.perSecond == o.perSecond && u.window == o.window
	return u.offset == o.offset && u.mean == o.mean && (same || u.bare() || o.bare())
}

// A compiler reads expressions of a query as events.
type compiler struct {
	*query
	// Makes the source of a selector that stands without a function.
	bare func(*parser.VectorSelector) Source
	// Allows selectors of all the buckets of a histogram, for those who choose a
	// bucket afterwards.
	buckets bool
	// All events, of which those that are read are a part; nil if they are not known.
	whole *events
	// What was read already: guards and products are read in several ways.
	known *knownParts
}

// knownParts keeps what came of reading expressions.
type knownParts struct {
	events    outcomes[events]
	quotients outcomes[quotient]
}

// outcomes keeps what came of reading expressions in one way.
type outcomes[T any] map[parser.Expr]outcome[T]

type outcome[T any] struct {
	value T
	err   error
}

// of returns what came of reading an expression, which is read if it was not yet.
func (r outcomes[T]) of(e parser.Expr, read func(parser.Expr) (T, error)) (T, error) {
	if known, ok := r[e]; ok {
		return known.value, known.err
	}
	found, err := read(e)
	r[e] = outcome[T]{found, err}
	return found, err
}

func newCompiler(q *query, bare func(*parser.VectorSelector) Source) compiler {
	return compiler{query: q, bare: bare, known: &knownParts{outcomes[events]{}, outcomes[quotient]{}}}
}

// read returns an expression as events.
func (c compiler) read(e parser.Expr) (events, error) { return c.known.events.of(e, c.readNew) }

func (c compiler) readNew(e parser.Expr) (events, error) {
	switch n := e.(type) {
	case *parser.ParenExpr:
		return c.read(n.Expr)
	case *parser.UnaryExpr:
		return c.readUnary(n)
	case *parser.VectorSelector:
		return c.readSelector(n)
	case *parser.AggregateExpr:
		return c.readAggregate(n)
	case *parser.BinaryExpr:
		return c.readBinary(n)
	case *parser.Call:
		return c.readCall(n)
	default:
		return events{}, c.refuse(e, "this is not a count of events", hintCount)
	}
}

func (c compiler) readUnary(n *parser.UnaryExpr) (events, error) {
	inner, err := c.read(n.Expr)
	if n.Op == parser.SUB {
		inner.sum = inner.sum.scale(-1)
	}
	return inner, err
}

// readSelector reads a selector that stands without a function.
func (c compiler) readSelector(sel *parser.VectorSelector) (events, error) {
	if c.bare == nil {
		return events{}, c.refuse(sel, "it is unclear whether a bare selector is a counter",
			"write rate("+truncate(sel.String(), longestFragment)+"[{{.window}}]) if it is one").or(c.everyMinuteForm)
	}
	shift := offset(sel)
	sel, err := c.countable(sel)
	if err != nil {
		return events{}, err
	}
	return eventsOf(c.bare(sel), everyLabel(), unit{offset: shift}), nil
}

// countable returns the normal form of a selector whose samples are counted, be
// it alone or with a range, or refuses it. Events are counted at their own time:
// an offset is part of the unit.
func (c compiler) countable(sel *parser.VectorSelector) (*parser.VectorSelector, error) {
	switch {
	case c.buckets || !isBucket(sel):
	case len(boundsOf(sel)) == 0:
		return nil, c.refuse(sel, "this adds up all buckets, each of which contains the smaller ones", hintBucket)
	case severalBounds(sel):
		return nil, c.refuse(sel, "this adds up several buckets, each of which contains the smaller ones", hintBucket)
	}
	plain := normalizeBuckets(sel)
	plain.Anchored, plain.Smoothed, plain.OriginalOffset = false, false, 0
	return plain, nil
}

func (c compiler) readAggregate(n *parser.AggregateExpr) (events, error) {
	inner, err := c.read(n.Expr)
	if slices.Contains([]parser.ItemType{parser.AVG, parser.MIN, parser.MAX}, n.Op) && err == nil && inner.labels.keptBy(n) {
		return inner, nil
	}
	if n.Op != parser.SUM && n.Op != parser.AVG {
		return events{}, c.refuse(n, aggregationReason(n.Op), hintCount).or(c.aggregationForm(n))
	}
	if err != nil {
		return events{}, err
	}
	if inner.unit.mean != "" && !inner.labels.none() {
		return events{}, c.refuse(n, "an average of averages weighs some series more than others", "write one avg or sum around all series")
	}
	if n.Op == parser.AVG && inner.unit.mean == "" {
		if inner.unit.mean, err = c.mean(n, inner); err != nil {
			return events{}, err
		}
	}
	if n.Without {
		inner.labels = inner.labels.without(n.Grouping)
		return c.relabel(inner)
	}
	inner.labels = inner.labels.only(n.Grouping)
	if slices.ContainsFunc(inner.sum.selectors(), isHistogram) {
		inner.labels = inner.labels.without([]string{bucketLabel})
	}
	return c.relabel(inner)
}

// mean returns what names the series of which events are an average. Averages
// over the same series are to each other as the sums are.
func (c compiler) mean(n *parser.AggregateExpr, e events) (string, error) {
	selectors := e.sum.selectors()
	of := withoutBounds(selectors[0])
	for _, sel := range selectors {
		if !e.labels.except || !sameMatchers(of, withoutBounds(sel)) || isHistogram(sel) && !oneBound(sel) {
			return "", c.refuse(n, aggregationReason(n.Op), hintCount).or(c.aggregationForm(n))
		}
	}
	return encodeSelector(&parser.VectorSelector{LabelMatchers: of}), nil
}

// grouping returns by which labels the author keeps events apart.
func (c compiler) grouping(e events) ([]string, error) {
	if e.labels.except && len(e.labels.names) > 0 {
		return nil, c.refuseAll("it is unclear which labels remain after without (…)", "write sum by (…) with the labels to keep")
	}
	return e.labels.grouping(), nil
}
