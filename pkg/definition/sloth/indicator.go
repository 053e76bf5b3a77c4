package sloth

import (
	"regexp"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// readIndicator reads the sli of an SLO; it returns nil if there is none that is
// valid.
func (s spelling) readIndicator(o yamldoc.Object) slo.Indicator {
	sli := o.Need("sli", "write sli with events or raw below it").Fields("events", "raw", "plugin")
	if plugin := sli.Get("plugin"); plugin.Present() {
		s.refusePlugin(plugin)
		return nil
	}
	name, v := sli.One("events", "raw")
	switch name {
	case "events":
		events := v.Fields(s.errors, s.total)
		bad := needQuery(events, s.errors, "write the query for bad events")
		return slo.Ratio{Bad: &bad, Total: needQuery(events, s.total, "write the query for all events"), Counter: true}
	case "raw":
		raw := v.Fields(s.errorRatio)
		return slo.RawRatio{Query: needQuery(raw, s.errorRatio, "write the query for bad / total"), Failure: true}
	}
	return nil
}

// template matches what Sloth replaces by a length of time.
var template = regexp.MustCompile(`{{ *\.window *}}`)

// needQuery returns a query with its template. One without would mean something
// else than it does to Sloth.
func needQuery(o yamldoc.Object, field, hint string) slo.Query {
	v := o.Need(field, hint)
	q := format.Query(v)
	if q.Expr != "" && !template.MatchString(q.Expr) {
		v.Fail("has no {{.window}}", "write it as the range of every selector, such as sum(rate(errors_total[{{.window}}]))")
	}
	return q
}
