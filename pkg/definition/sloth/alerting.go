package sloth

import (
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// readAlerting reads what an SLO asks of its alerts.
func (s spelling) readAlerting(v yamldoc.Value) slo.Alerting {
	other := s.other()
	o := v.FieldsWarn(tool, []string{"name", "labels", "annotations", s.page, s.ticket}, other.page, other.ticket)
	return slo.Alerting{
		Name:        o.Get("name").Text(),
		Labels:      format.Labels(o.Get("labels")),
		Annotations: format.Labels(o.Get("annotations")),
		Page:        readAlert(either(o, s.page, other.page)),
		Ticket:      readAlert(either(o, s.ticket, other.ticket)),
	}
}

func readAlert(v yamldoc.Value) slo.Alert {
	alert := v.FieldsWarn(tool, []string{"disable", "labels", "annotations"})
	disabled, _ := alert.Get("disable").Bool()
	return slo.Alert{
		Disabled:    disabled,
		Labels:      format.Labels(alert.Get("labels")),
		Annotations: format.Labels(alert.Get("annotations")),
	}
}
