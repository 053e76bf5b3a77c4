package ledger

import (
	"fmt"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/ledger/counter"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// oddities are samples that are no counts and so were left out: NaN, infinite,
// negative, or too large to tell single events apart. They are not safe for
// concurrent use.
type oddities struct {
	seen map[oddity]bool
	// latest is the last one that was met.
	latest oddity
	value  float64
}

// oddity is such a sample.
type oddity struct {
	series string
	t      int64
}

// mostOddities is how many are told apart.
const mostOddities = 1000

func (o *oddities) add(one oddity, v float64) {
	if o.seen == nil {
		o.seen = map[oddity]bool{}
	}
	if len(o.seen) < mostOddities {
		o.seen[one] = true
	}
	if one.t >= o.latest.t {
		o.latest, o.value = one, v
	}
}

// notice tells of them, empty if there are none.
func (o *oddities) notice() string {
	switch n := len(o.seen); n {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("A sample that is no count was left out: %g of %s at %s", o.value, o.latest.series, clock(o.latest.t))
	default:
		return fmt.Sprintf("%d samples that are no counts were left out, the last one %g of %s at %s",
			n, o.value, o.latest.series, clock(o.latest.t))
	}
}

// isOdd reports whether a sample is no count, and notes it if so.
func (f *fetcher) isOdd(ls labels.Labels, s upstream.Sample) bool {
	if counter.IsCount(s.V) {
		return false
	}
	f.note(oddity{ls.String(), s.T}, s.V)
	return true
}

func (f *fetcher) note(one oddity, v float64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.odd.add(one, v)
}
