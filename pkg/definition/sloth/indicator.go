package sloth

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// readIndicator reads the sli of an SLO; it returns nil if there is none that is
// valid.
func (s spelling) readIndicator(o yamldoc.Object) slo.Indicator {
	sli := o.Need("sli", "write sli with events or raw below it").FieldsWarn(tool, []string{"events", "raw", "plugin"})
	if plugin := sli.Get("plugin"); plugin.Present() {
		s.refusePlugin(plugin)
		return nil
	}
	other := s.other()
	name, v := sli.One("events", "raw")
	switch name {
	case "events":
		events := v.FieldsWarn(tool, []string{s.errors, s.total}, other.errors, other.total)
		bad := needQuery(events, s.errors, other.errors, "write the query for bad events", ofCounter)
		return slo.Ratio{Bad: &bad, Total: needQuery(events, s.total, other.total, "write the query for all events", ofCounter), Counter: true}
	case "raw":
		raw := v.FieldsWarn(tool, []string{s.errorRatio}, other.errorRatio)
		return slo.RawRatio{Query: needQuery(raw, s.errorRatio, other.errorRatio, "write the query for bad / total", ofRatio), Failure: true}
	}
	return nil
}

var (
	// template matches what Sloth replaces by a length of time.
	template = regexp.MustCompile(`{{ *\.window *}}`)
	// fixedRange matches a length of time as the range of a selector.
	fixedRange = regexp.MustCompile(`\[[0-9]+[a-z][0-9a-z]*\]`)
	// bareSelector matches a counter without a range.
	bareSelector = regexp.MustCompile(`^[a-zA-Z_:][a-zA-Z0-9_:]*({[^{}]*})?$`)
)

// needQuery returns a query with its template. One without would mean something
// else than it does to Sloth. The form shows how a bare series is counted.
func needQuery(o yamldoc.Object, field, other, hint, form string) slo.Query {
	v := either(o, field, other)
	if !v.Present() {
		v = o.Need(field, hint)
	}
	q := format.Query(v)
	if q.Expr != "" && !template.MatchString(q.Expr) {
		v.Fail("has no {{.window}}", windowHint(q.Expr, form))
	}
	return q
}

// How a series without a range is counted: a counter, and a recorded ratio.
const (
	ofCounter = "sum(rate(%s[{{.window}}]))"
	ofRatio   = "avg_over_time(%s[{{.window}}])"
)

// everyMinute contains how gauges are counted in place of counters.
var everyMinute = map[string]string{
	ofCounter: "sum_over_time((%s)[{{.window}}:1m])",
	ofRatio:   "avg_over_time((%s)[{{.window}}:1m])",
}

// longestHinted limits a query that a hint writes out, in bytes.
const longestHinted = 300

// windowHint returns what to write for a query that has no template.
func windowHint(expr, form string) string {
	if fixed := fixedRange.FindString(expr); fixed != "" {
		return "write [{{.window}}] in place of " + fixed
	}
	if bareSelector.MatchString(expr) {
		return "write " + fmt.Sprintf(form, expr)
	}
	if form := everyMinute[form]; !strings.ContainsAny(expr, "[#") && len(expr) <= longestHinted {
		return "write it as the range of every counter, or evaluate gauges every minute with " + fmt.Sprintf(form, strings.Join(strings.Fields(expr), " "))
	}
	return "write it as the range of every selector, such as sum(rate(errors_total[{{.window}}]))"
}
