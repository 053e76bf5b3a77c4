package slo

// Alerting describes what the author wants the alerts about an SLO to be like.
// The zero value leaves all of it to whoever makes them.
type Alerting struct {
	// Name of the alerts.
	Name string
	// Labels and Annotations of all alerts.
	Labels, Annotations map[string]string
	// What holds for one severity alone.
	Page, Ticket Alert
	// Burn conditions of the alerts; a severity without any has the defaults.
	BurnConditions []BurnCondition
}

// Of returns what the author wants of the alerts of a severity.
func (a Alerting) Of(s Severity) Alert {
	if s == Page {
		return a.Page
	}
	return a.Ticket
}

// Alert describes what the author wants of the alerts of one severity. Its labels
// and annotations take precedence over those of Alerting.
type Alert struct {
	Disabled            bool
	Labels, Annotations map[string]string
}
