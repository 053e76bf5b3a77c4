package sloth

import (
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// readAlerting reads what an SLO asks of its alerts.
func (s spelling) readAlerting(v yamldoc.Value) slo.Alerting {
	other := s.other()
	o := v.Fields("name", "labels", "annotations", s.page, s.ticket, other.page, other.ticket)
	return slo.Alerting{
		Name:        o.Get("name").Text(),
		Labels:      format.Labels(o.Get("labels")),
		Annotations: format.Labels(o.Get("annotations")),
		Page:        readAlert(o, s.page, other.page),
		Ticket:      readAlert(o, s.ticket, other.ticket),
	}
}

// other returns the spelling of the other form, which examples of Sloth have by
// mistake.
func (s spelling) other() spelling {
	if s == snakeCase {
		return camelCase
	}
	return snakeCase
}

func readAlert(o yamldoc.Object, name, other string) slo.Alert {
	v, misspelt := o.Get(name), o.Get(other)
	switch {
	case v.Present() && misspelt.Present():
		misspelt.Fail("is given as well as "+name, "write only "+name)
	case misspelt.Present():
		misspelt.Warn("is not known to Sloth in this format; it is read as "+name, "write "+name)
		v = misspelt
	}
	alert := v.Fields("disable", "labels", "annotations")
	disabled, _ := alert.Get("disable").Bool()
	return slo.Alert{
		Disabled:    disabled,
		Labels:      format.Labels(alert.Get("labels")),
		Annotations: format.Labels(alert.Get("annotations")),
	}
}
