package ledger

import "fmt"

// invalidSamples collects samples that cannot be counts and were left out: NaN,
// infinite, negative, or too large to tell single events apart. It is not safe for
// concurrent use.
type invalidSamples struct {
	seen map[sampleID]bool
	// The newest of them.
	latest sampleID
	value  float64
}

// sampleID identifies a sample.
type sampleID struct {
	series string
	t      int64
}

// maxInvalidSamples limits how many are kept.
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

// notice returns a notice of them, empty if there are none.
func (o *invalidSamples) notice() string {
	switch n := len(o.seen); n {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("A sample that cannot be a count was left out: %g of %s at %s", o.value, o.latest.series, formatTime(o.latest.t))
	default:
		return fmt.Sprintf("%d samples that cannot be counts were left out, the last one %g of %s at %s",
			n, o.value, o.latest.series, formatTime(o.latest.t))
	}
}
