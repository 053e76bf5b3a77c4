package slo

import "fmt"

// Query holds a PromQL expression as its author wrote it, window templates
// ({{.window}}, $__rate_interval, …) included.
type Query struct {
	Expr string
	// Where the text of the expression begins.
	Source Position
}

// Indicator says what is measured: one of Ratio, RawRatio, Threshold, Histogram
// and BoolGauge.
type Indicator interface{ indicator() }

// Ratio counts good or bad events against all events. Total is always set,
// and exactly one of Good and Bad.
type Ratio struct {
	Good, Bad *Query
	Total     Query
	// Whether bare selectors in the queries name cumulative counters. If not,
	// they name gauges each of whose samples counts events of its own. Queries
	// with rate or increase say it themselves and are not affected.
	Counter bool
}

// RawRatio takes a ratio between 0 and 1 that is already computed, as a quotient
// in PromQL or as a recorded series.
type RawRatio struct {
	Query Query
	// Whether the ratio is bad to total, not good to total.
	Failure bool
}

// Threshold compares a measured value with a bound. A value is good when
// "value Op Value" holds.
type Threshold struct {
	Query Query
	Op    Op
	Value float64
}

// Histogram counts the observations of a histogram that are at most (Op LTE
// or LT) or more than (GT or GTE) Value as good, against all of them.
type Histogram struct {
	// Total selects all observations: NAME_count or NAME_bucket of a
	// classic histogram, or the native histogram NAME.
	Total Query
	// Good selects the good observations of a classic histogram by its le
	// label, where the author wrote it out; nil otherwise.
	Good   *Query
	Native bool
	Op     Op
	// Bound in the histogram's unit.
	Value float64
}

// BoolGauge counts each sample of a gauge as an event: 1 is good, 0 is bad.
type BoolGauge struct{ Query Query }

func (Ratio) indicator()     {}
func (RawRatio) indicator()  {}
func (Threshold) indicator() {}
func (Histogram) indicator() {}
func (BoolGauge) indicator() {}

// Op compares two numbers.
type Op int

const (
	LTE Op = iota
	LT
	GTE
	GT
)

// String returns the operator's PromQL form.
func (o Op) String() string { return [...]string{"<=", "<", ">=", ">"}[o] }

// ParseOp reads an OpenSLO operator: lte, lt, gte or gt.
func ParseOp(name string) (Op, error) {
	for i, n := range [...]string{"lte", "lt", "gte", "gt"} {
		if n == name {
			return Op(i), nil
		}
	}
	return 0, fmt.Errorf("unknown operator %q; write one of lte, lt, gte, gt", name)
}

// Holds reports whether "a o b" is true. It is false if either is not a number.
func (o Op) Holds(a, b float64) bool {
	switch o {
	case LTE:
		return a <= b
	case LT:
		return a < b
	case GTE:
		return a >= b
	default:
		return a > b
	}
}
