package forecast

import (
	"math"
	"time"
)

// straight returns the path on which the error ratio of the last hour, or thirtieth
// of a window, goes on: what a forecast without history says.
func (m *model) straight(o *outlook) path {
	n := o.horizon()
	recent := max(int(time.Hour/m.history.cell), n/30, 1)
	last := m.rates.cells()
	bad, total := 0., 0.
	for i := max(last-recent, 0); i < last; i++ {
		bad, total = bad+m.history.bad[i], total+m.history.total[i]
	}
	p := path{bad: make([]float64, n+1), total: make([]float64, n+1)}
	for k := range n {
		events := m.traffic.expected(k)
		p.total[k+1] = p.total[k] + events
		p.bad[k+1] = p.bad[k] + events*bad/max(total, math.SmallestNonzeroFloat64)
	}
	return p
}
