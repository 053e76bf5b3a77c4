package definition

import "github.com/promise-slo/promise-slo-datasource/pkg/slo"

// alerting reads what an SLO asks of its alerts.
func (g slothGroup) alerting(v value) slo.Alerting {
	o := v.schema("name", "labels", "annotations",
		g.fields.page, g.fields.ticket, g.other().page, g.other().ticket)
	return slo.Alerting{
		Name:        o.get("name").text(),
		Labels:      readTags(o.get("labels")),
		Annotations: readTags(o.get("annotations")),
		Page:        readSlothAlert(o, g.fields.page, g.other().page),
		Ticket:      readSlothAlert(o, g.fields.ticket, g.other().ticket),
	}
}

// other is the spelling of the other format, which examples of Sloth have by
// mistake.
func (g slothGroup) other() slothFields {
	if g.fields == slothSnakeCase {
		return slothCamelCase
	}
	return slothSnakeCase
}

func readSlothAlert(o object, name, other string) slo.Alert {
	v, misspelt := o.get(name), o.get(other)
	switch {
	case v.present() && misspelt.present():
		misspelt.fail("is given as well as "+name, "write only "+name)
	case misspelt.present():
		misspelt.warn("is not known to Sloth in this format; it is read as "+name, "write "+name)
		v = misspelt
	}
	alert := v.schema("disable", "labels", "annotations")
	disabled, _ := alert.get("disable").boolean()
	return slo.Alert{
		Disabled:    disabled,
		Labels:      readTags(alert.get("labels")),
		Annotations: readTags(alert.get("annotations")),
	}
}
