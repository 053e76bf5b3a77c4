package ledger

import "fmt"

// invalidSamples are samples that are no counts and so were left out: NaN, infinite,
// negative, or too large to tell single events apart. They are not safe for
// concurrent use.
type invalidSamples struct {
	seen map[sampleID]bool
	// latest is the last one that was met.
	latest sampleID
	value  float64
}

// sampleID is such a sample.
type sampleID struct {
	series string
	t      int64
}

// maxInvalidSamples is how many are told apart.
const maxInvalidSamples = 1000

func (o *invalidSamples) add(one sampleID, v float64) {
	if o.seen == nil {
		o.seen = map[sampleID]bool{}
	}
	if len(o.seen) < maxInvalidSamples {
		o.seen[one] = true
	}
	if one.t >= o.latest.t {
		o.latest, o.value = one, v
	}
}

// notice tells of them, empty if there are none.
func (o *invalidSamples) notice() string {
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
