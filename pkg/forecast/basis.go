package forecast

import (
	"fmt"
	"math"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/human"
)

// Basis describes what a forecast rests on.
type Basis struct {
	// For how much time there is data.
	History time.Duration
	// Enough reports whether that is enough for the bands to be more than a guess: two
	// weeks, and half of what is forecast.
	Enough bool
	// SoFar says that earlier history is being filled, for later forecasts to rest on.
	SoFar bool
	// Sentence on why nothing is known, or that the history is short; empty if there is
	// enough.
	Notice string
}

// leastHistory is enough for a forecast of four weeks.
const leastHistory = 2 * week

var unknown = Basis{Notice: "Too little data for a forecast"}

// basis returns what the model rests on.
func (m *model) basis(o *outlook) Basis {
	b := Basis{History: m.history.coverage()}
	ahead := time.Duration(o.cells * float64(m.history.cell))
	b.Enough = b.History >= min(leastHistory, max(ahead/2, day))
	if !b.Enough {
		b.Notice = "Only little history: the forecast is a guess"
	}
	return b
}

// notice returns what a reader must know of the basis, empty for nothing.
func (b Basis) notice() string {
	if !b.SoFar {
		return b.Notice
	}
	soFar := fmt.Sprintf("Rests on %s so far; earlier history is being filled", human.Count(int(math.Round(b.History.Hours()/24)), "day"))
	if b.Notice == "" {
		return soFar
	}
	return b.Notice + ". " + soFar
}
