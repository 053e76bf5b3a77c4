package slo

// Alerting is what the author wants the alerts about an SLO to be like. The
// zero value leaves all of it to whoever makes them.
type Alerting struct {
	// Name is that of the alerts.
	Name string
	// Labels and Annotations are those of both alerts.
	Labels, Annotations map[string]string
	// Page asks for somebody at once, Ticket can wait for office hours.
	Page, Ticket Alert
}

// Of returns what the author wants of the alerts of a severity.
func (a Alerting) Of(s Severity) Alert {
	if s == Page {
		return a.Page
	}
	return a.Ticket
}

// Alert is what the author wants of one of the two alerts alone. Its labels and
// annotations take precedence over those that both have.
type Alert struct {
	Disabled            bool
	Labels, Annotations map[string]string
}
