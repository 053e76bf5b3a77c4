package definition

import (
	"regexp"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// indicator reads the sli of an SLO; nil if there is none that is valid.
func (g slothGroup) indicator(o object) slo.Indicator {
	sli := o.need("sli", "write sli with events or raw below it").schema("events", "raw", "plugin")
	if plugin := sli.get("plugin"); plugin.present() {
		g.refusePlugin(plugin)
		return nil
	}
	name, v := sli.one("events", "raw")
	switch name {
	case "events":
		events := v.schema(g.fields.errors, g.fields.total)
		bad := g.query(events, g.fields.errors, "write the query for bad events")
		return slo.Ratio{Bad: &bad, Total: g.query(events, g.fields.total, "write the query for all events"), Counter: true}
	case "raw":
		raw := v.schema(g.fields.errorRatio)
		return slo.RawRatio{Query: g.query(raw, g.fields.errorRatio, "write the query for bad / total"), Failure: true}
	}
	return nil
}

// slothTemplate is what Sloth puts the length of time in place of.
var slothTemplate = regexp.MustCompile(`{{ *\.window *}}`)

// query reads a query, which is passed on with its template. One without would
// be taken for something else than Sloth takes it for.
func (g slothGroup) query(o object, field, hint string) slo.Query {
	v := o.need(field, hint)
	q := v.query()
	if q.Expr != "" && !slothTemplate.MatchString(q.Expr) {
		v.fail("has no {{.window}}", "write it as the range of every selector, such as sum(rate(errors_total[{{.window}}]))")
	}
	return q
}

// refusePlugin tells how to do without a plugin that makes the query.
func (g slothGroup) refusePlugin(v value) {
	id := v.schema("id", "options").needText("id", "write the id of the plugin")
	if id == "" {
		return
	}
	v.fail("the SLI plugin "+quoted(id)+" is not run", "write the query that it makes as "+g.fields.errorRatio+" below raw: sloth generate shows it as the rule slo:sli_error:ratio_rate5m; write {{.window}} in place of 5m")
}
