package promql

import (
	"slices"

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
	// where they share none. Where labels are all but some, both
	// hold for the whole sum; elsewhere nobody asks.
	filter []*labels.Matcher
	mixed  bool
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
}

func (u unit) String() string {
	switch {
	case u.perSecond:
		return "events per second"
	case u.window != "":
		return "events in " + u.window
	default:
		return "events"
	}
}

// agrees reports whether counts in these units can be compared. A bare selector
// counts events in whatever window.
func (u unit) agrees(o unit) bool { return u == o || u == unit{} || o == unit{} }

// A compiler reads expressions of a query as events.
type compiler struct {
	*query
	// Makes the source of a selector that stands without a function.
	bare func(*parser.VectorSelector) Source
	// Allows selectors of all the buckets of a histogram, for those who choose a
	// bucket afterwards.
	buckets bool
}

func (c compiler) read(e parser.Expr) (events, error) {
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
		return events{}, c.refuse(sel, "whether a bare selector is a counter is not known here",
			"write rate("+truncate(sel.String(), longestFragment)+"[{{.window}}]) if it is one")
	}
	sel, err := c.countable(sel, sel)
	if err != nil {
		return events{}, err
	}
	return eventsOf(c.bare(sel), everyLabel(), unit{}), nil
}

// countable returns the normal form of a selector whose samples are counted, be
// it alone or with a range, or refuses it.
func (c compiler) countable(sel *parser.VectorSelector, at parser.Expr) (*parser.VectorSelector, error) {
	if err := c.checkOffset(at); err != nil {
		return nil, err
	}
	if !c.buckets && isBucket(sel) && len(boundsOf(sel)) == 0 {
		return nil, c.refuse(sel, "this adds up all buckets, each of which contains the smaller ones",
			`choose one, such as le="+Inf" for all observations`)
	}
	plain := spellBuckets(sel)
	plain.Anchored, plain.Smoothed = false, false
	return plain, nil
}

func (c compiler) readAggregate(n *parser.AggregateExpr) (events, error) {
	if n.Op != parser.SUM {
		return events{}, c.refuse(n, aggregationReason(n.Op), hintCount)
	}
	inner, err := c.read(n.Expr)
	if err != nil {
		return events{}, err
	}
	if n.Without {
		inner.labels = inner.labels.without(n.Grouping)
		return inner, nil
	}
	inner.labels = inner.labels.only(n.Grouping)
	if slices.ContainsFunc(inner.sum.selectors(), isHistogram) {
		inner.labels = inner.labels.without([]string{bucketLabel})
	}
	return inner, nil
}

// grouping returns by which labels the author keeps events apart.
func (c compiler) grouping(e events) ([]string, error) {
	if e.labels.except && len(e.labels.names) > 0 {
		return nil, c.refuseAll("which labels remain after without (…) is not known here", "write sum by (…) with the labels to keep")
	}
	return e.labels.grouping(), nil
}
