package plugin

import (
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/api"
	"github.com/promise-slo/promise-slo-datasource/pkg/catalog"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/frame"
)

// checkSize returns an error for a query that is too long to be read.
func (l Limits) checkSize(text json.RawMessage) error {
	if n := len(text); n > l.QueryBytes {
		return limitError("queryBytes", fmt.Sprintf("the query has %d bytes, more than the %d of a query", n, l.QueryBytes), "write fewer or shorter filters")
	}
	return nil
}

// checkFields returns an error for a field that is probably a typo. All other unknown
// fields are left to Grafana, which adds some of its own.
func checkFields(text json.RawMessage) error {
	var fields map[string]json.RawMessage
	_ = json.Unmarshal(text, &fields) // whoever reads the query reports what is no object
	known := queryFields()
	for name := range fields {
		near := definition.Nearest(name, known)
		if near != "" && !strings.EqualFold(name, near) {
			return badRequest(fmt.Sprintf("%s: a query has no such field; write %s", name, near))
		}
	}
	return nil
}

func queryFields() (names []string) {
	for field := range reflect.TypeFor[api.Query]().Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}

// check returns an error for whatever exceeds the limits.
func (q Query) check(l Limits) error {
	if n := len(q.Lookbacks); n > l.Lookbacks {
		return limitError("lookbacks", fmt.Sprintf("lookbacks: %d are more than the %d of a query", n, l.Lookbacks), "write fewer")
	}
	for _, length := range q.Lookbacks {
		if time.Duration(length) > time.Duration(l.Range) {
			return limitError("range", fmt.Sprintf("lookbacks: %s is longer than %s", formatLimit(time.Duration(length)), formatLimit(time.Duration(l.Range))), "write a shorter one, such as 1h")
		}
	}
	if n := len(q.Targets); n > l.Targets {
		return limitError("targets", fmt.Sprintf("targets: %d are more than the %d of a query", n, l.Targets), "write fewer")
	}
	if time.Duration(q.Since) > time.Duration(l.History) {
		return limitError("history", fmt.Sprintf("since: %s is longer than %s", formatLimit(time.Duration(q.Since)), formatLimit(time.Duration(l.History))), "write a shorter one, such as 90d")
	}
	if n := len(q.GroupBy); n > l.GroupBy {
		return limitError("groupBy", fmt.Sprintf("groupBy: %d labels are more than the %d of a query", n, l.GroupBy), "write fewer")
	}
	return cmp.Or(l.checkFilters(len(q.Filters)+len(q.AdhocFilters)), q.checkTexts(l))
}

func (q Query) checkTexts(l Limits) error {
	checks := []error{l.checkText("slos", q.SLOs), l.checkText("objective", q.Objective), l.checkText("label", q.Label)}
	for _, name := range q.GroupBy {
		checks = append(checks, l.checkText("groupBy", name))
	}
	for _, f := range slices.Concat(q.Filters, q.AdhocFilters) {
		checks = append(checks, l.checkText("filters", f.Key), l.checkText("filters", f.Value), l.checkText("filters", strings.Join(f.Values, "|")))
	}
	return cmp.Or(checks...)
}

func (l Limits) checkText(field, text string) error {
	if n := len(text); n > l.TextBytes {
		return limitError("textBytes", fmt.Sprintf("%s: a text of %d bytes is longer than %d", field, n, l.TextBytes), "write a shorter one")
	}
	return nil
}

// checkFilters returns an error for too many filters and label matchers.
func (l Limits) checkFilters(n int) error {
	if n > l.Filters {
		return limitError("filters", fmt.Sprintf("filters: %d filters and label matchers are more than the %d of a query", n, l.Filters),
			"write fewer, or one with several values")
	}
	return nil
}

// checkMatchers returns an error for too many selectors of series.
func (l Limits) checkMatchers(matchers []string) error {
	if n := len(matchers); n > l.Filters {
		return limitError("filters", fmt.Sprintf("match[]: %d selectors are more than the %d of a query", n, l.Filters), "write fewer")
	}
	for _, m := range matchers {
		if err := l.checkText("match[]", m); err != nil {
			return err
		}
	}
	return nil
}

// selector returns the selector for criteria, unless that is beyond the limits.
func (l Limits) selector(c catalog.Criteria) (catalog.Selector, error) {
	if err := l.checkText("slos", c.SLOs); err != nil {
		return catalog.Selector{}, err
	}
	s, err := catalog.ParseSelector(c)
	if err != nil {
		return s, badRequest("slos: " + err.Error())
	}
	return s, l.checkFilters(s.Len())
}

// checkRange returns an error for time ranges that are beyond the limits. Where an answer is
// not about the range, only its end matters, which is what such an answer takes
// for the present, and it may be missing.
func (l Limits) checkRange(r backend.TimeRange, now time.Time, ranged bool) error {
	if r == (backend.TimeRange{}) && !ranged {
		return nil
	}
	start, longest := r.To, time.Duration(l.Range)
	if ranged {
		start = r.From
	}
	switch length := r.To.Sub(r.From); {
	case start.IsZero() || r.To.IsZero():
		return badRequest("the time range is missing; give the query a range, such as now-7d to now")
	case !calendar(start) || !calendar(r.To):
		return badRequest("the time range is not between the years 1970 and 2100; choose another, such as now-7d to now")
	case length < 0 || length == 0 && ranged:
		return badRequest("the time range ends before it begins; choose another")
	case ranged && length > longest:
		return limitError("range", fmt.Sprintf("the time range is %s long, more than the %s of a query", formatLimit(length), formatLimit(longest)), "choose a shorter one")
	}
	return l.checkDistance(start, r.To, now)
}

// checkDistance returns an error for times that are too far from now.
func (l Limits) checkDistance(start, end, now time.Time) error {
	longest, history := time.Duration(l.Range), time.Duration(l.History)
	if back := now.Sub(start); back > history {
		return limitError("history", fmt.Sprintf("the time range goes back %s from now, more than %s", formatLimit(back), formatLimit(history)), "choose a later one")
	}
	if ahead := end.Sub(now); ahead > longest {
		return limitError("range", fmt.Sprintf("the time range ends %s from now, more than %s", formatLimit(ahead), formatLimit(longest)), "choose an earlier end")
	}
	return nil
}

func calendar(t time.Time) bool { return t.Year() >= 1970 && t.Year() <= 2100 }

// resolution returns the interval and the number of points of a query, as many
// as may be.
func (l Limits) resolution(q backend.DataQuery) (interval time.Duration, points int64, err error) {
	if q.Interval < 0 || q.Interval > time.Duration(l.Range) {
		return 0, 0, limitError("range", fmt.Sprintf("intervalMs: an interval of %s is not between 0 and %s", formatLimit(q.Interval), formatLimit(time.Duration(l.Range))),
			"write milliseconds, such as 60000")
	}
	points = frame.DefaultPoints
	if q.MaxDataPoints > 0 {
		points = q.MaxDataPoints
	}
	return q.Interval, min(points, int64(l.Points)), nil
}

// checkChart returns an error for charts that are too large.
func (l Limits) checkChart(series, points int) error {
	if series > l.Series {
		return limitError("series", fmt.Sprintf("the answer has %d series, more than the %d of a query", series, l.Series),
			"select fewer SLOs, or ask for fewer lookbacks or groups")
	}
	if points > l.AllPoints {
		return limitError("allPoints", fmt.Sprintf("the answer has %d points in %d series, more than the %d of a query", points, series, l.AllPoints),
			"ask for fewer points (maxDataPoints), select fewer SLOs, or ask for fewer lookbacks or groups")
	}
	return nil
}

// checkEntries returns an error for answers that have a row or a number of each of too many
// accounts.
func (l Limits) checkEntries(n int) error {
	if n > l.Rows {
		return limitError("rows", fmt.Sprintf("the answer has %d rows, more than the %d of a query", n, l.Rows), "select fewer SLOs, or ask for fewer groups")
	}
	return nil
}

// checkRows returns an error for tables that are too long.
func (l Limits) checkRows(frames data.Frames) error {
	for _, f := range frames {
		if f.Meta != nil && f.Meta.Type == data.FrameTypeTable && f.Rows() > l.Rows {
			return limitError("rows", fmt.Sprintf("the answer has more than the %d rows of a query", l.Rows), "select fewer SLOs, or choose a shorter time range")
		}
	}
	return nil
}
