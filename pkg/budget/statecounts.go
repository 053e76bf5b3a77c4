package budget

import "github.com/promise-slo/promise-slo-datasource/pkg/slo"

// StateCounts counts SLOs by what they need. Each SLO counts by its state, and once more if an
// alert fires.
type StateCounts struct {
	Pages, Tickets int
	States         map[State]int
}

// Add counts an SLO.
func (c *StateCounts) Add(state State, firing slo.Severity) {
	if c.States == nil {
		c.States = map[State]int{}
	}
	c.States[state]++
	switch firing {
	case slo.Page:
		c.Pages++
	case slo.Ticket:
		c.Tickets++
	}
}
