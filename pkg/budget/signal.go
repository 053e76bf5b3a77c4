package budget

import "github.com/promise-slo/promise-slo-datasource/pkg/slo"

// signal says what the two lookbacks of an alert condition show, whatever the
// target.
type signal struct {
	kind signalKind
	// Smaller error ratio of the lookbacks, or that of the long one alone where the
	// kind is mayBurn.
	ratio float64
	// Bad events of the long lookback.
	bad float64
}

type signalKind uint8

const (
	// idle: there was data and not an event, so there is no value.
	idle signalKind = iota
	// unknown: whatever is missing may be what the alert is about.
	unknown
	// burns: both lookbacks have an error ratio.
	burns
	// mayBurn: the short lookback had no events, so that it does not tell whether the
	// budget still burns as in the long one.
	mayBurn
)

func newSignal(long, short Reading) signal {
	s := signal{bad: long.Bad}
	switch {
	case long.Provisional > 0 || short.Provisional > 0:
		s.kind = unknown
	case long.counts() && short.counts():
		s.kind, s.ratio = burns, min(long.Bad/long.Total, short.Bad/short.Total)
	case !short.idle():
		s.kind = unknown
	case long.counts():
		s.kind, s.ratio = mayBurn, long.Bad/long.Total
	case !long.idle():
		s.kind = unknown
	}
	return s
}

// counts reports whether the reading has an error ratio.
func (r Reading) counts() bool { return r.Total > 0 && r.impossible == consistent }

// evaluate returns the value of a condition at a target, and whether it is
// undecided.
func (s signal) evaluate(c slo.BurnCondition, target float64) (v Value, undecided bool) {
	switch s.kind {
	case unknown:
		return Value{}, true
	case burns:
		return s.value(c, target), false
	case mayBurn:
		if upper := s.value(c, target); upper.v <= 1 {
			return upper, false
		}
		return Value{}, true
	default:
		return Value{}, false
	}
}

func (s signal) value(c slo.BurnCondition, target float64) Value {
	return alertValue(c, s.ratio/(1-target), s.bad)
}
