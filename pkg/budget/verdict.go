package budget

import (
	"fmt"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/human"
)

// Verdict says how a window did that is over.
type Verdict struct {
	// Target in force.
	Target float64
	Reading
	SLI Value
	// Impossible reports that the counts contradict each other, so that there is
	// neither SLI nor budget.
	Impossible bool
	// Met reports whether the SLI reached the target, nil where that is not known.
	Met *bool
	// Unknown says why it is not known whether the target was met, empty if it is.
	Unknown string
	Budget  Budget
	// Worst incident of the window, nil if it had none.
	Worst *Incident
}

// Verdict returns how the time (start, end] did by a target.
func (e *Evaluation) Verdict(start, end time.Time, target float64) Verdict {
	r := read(e.account, start, end)
	v := Verdict{
		Target: target, Reading: r, SLI: r.sli(), Budget: budgetOf(r, target),
		Impossible: r.impossible != consistent,
	}
	v.Met, v.Unknown = e.met(r, target)
	if found := e.search(target, v.Budget.Total).incidents(start, end); len(found) > 0 {
		v.Worst = &found[0]
	}
	return v
}

// met returns whether a reading reached a target, or why that is not known.
func (e *Evaluation) met(r Reading, target float64) (met *bool, unknown string) {
	if unknown = e.terms.unknown(r); unknown != "" {
		return nil, unknown
	}
	return new(r.sli().v >= target), ""
}

// unknown returns why nothing can be said of a window with that reading, empty if
// something can.
func (t Terms) unknown(r Reading) string {
	switch {
	case r.impossible != consistent:
		return "The counts are impossible"
	case r.empty() || !t.gapsAreBad() && r.Coverage <= 0:
		return "No data"
	case r.Total <= 0:
		return "No events"
	case !t.gapsAreBad() && r.Coverage < MinCoverage:
		return fmt.Sprintf("Data for only %s of the window", human.Percent(r.Coverage, 0))
	case r.Provisional > MaxProvisional:
		return fmt.Sprintf("Partial answers for %s of the window", human.Percent(r.Provisional, 0))
	}
	return ""
}
