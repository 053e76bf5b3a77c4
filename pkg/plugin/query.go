package plugin

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/api"
	"github.com/promise-slo/promise-slo-datasource/pkg/catalog"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Query is an api.Query with what the plugin does about it.
type Query struct{ api.Query }

// parseQuery reads a query. Errors name the field and say how to fix it.
func parseQuery(q backend.DataQuery, l Limits, now time.Time) (Query, error) {
	var query Query
	if err := l.checkSize(q.JSON); err != nil {
		return query, err
	}
	if len(q.JSON) > 0 {
		if err := json.Unmarshal(q.JSON, &query); err != nil {
			return query, badRequest("the query cannot be read: " + explainJSON(err))
		}
		if err := checkFields(q.JSON); err != nil {
			return query, err
		}
	}
	if query.QueryType == "" {
		query.QueryType = api.QueryType(q.QueryType)
	}
	query.Lookbacks, query.Targets = distinct(query.Lookbacks), distinct(query.Targets)
	query.GroupBy = slices.DeleteFunc(distinct(query.GroupBy), func(name string) bool { return name == "" })
	if err := cmp.Or(query.validate(), query.check(l)); err != nil {
		return query, err
	}
	return query, l.checkRange(q.TimeRange, now, answers[query.QueryType].ranged)
}

// distinct returns the values in order, each once.
func distinct[T comparable](values []T) []T {
	seen := map[T]bool{}
	return slices.DeleteFunc(values, func(v T) bool {
		known := seen[v]
		seen[v] = true
		return known
	})
}

// explainJSON returns an error of JSON in terms of what a person wrote.
func explainJSON(err error) string {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && wrong.Field != "" {
		return fmt.Sprintf("%s: this is a JSON %s; write %s", wrong.Field, wrong.Value, jsonKind(wrong.Type))
	}
	return err.Error()
}

// jsonKind returns what JSON must have where a Go type is.
func jsonKind(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a text"
	case reflect.Int:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.Slice:
		return "a list"
	default:
		return "an object"
	}
}

func (q Query) validate() error {
	switch {
	case !slices.Contains(queryTypes(), q.QueryType):
		return badRequest(fmt.Sprintf("queryType: %q is not known; write one of %s", q.QueryType, join(queryTypes())))
	case q.QueryType == api.Contributors && q.Label == "":
		return badRequest("label: contributors needs a label; write the name of the one to break down by, such as route")
	case q.Severity != "" && !slices.Contains(slo.Severities(), q.Severity):
		return badRequest(fmt.Sprintf("severity: %q is not known; write page or ticket, or leave it out for both", q.Severity))
	case !slices.Contains([]api.Unit{"", api.Hours, api.Seconds}, q.Unit):
		return badRequest(fmt.Sprintf("unit: %q is not known; write h or s, or leave it out for h", q.Unit))
	case q.Top < 0:
		return badRequest(fmt.Sprintf("top: %d is negative; write how many contributors to list, or 0 for all", q.Top))
	case q.Threshold < 0 || math.IsNaN(q.Threshold):
		return badRequest(fmt.Sprintf("threshold: %v is not a burn rate; write a positive number, such as 1", q.Threshold))
	case q.MinShare < 0 || q.MinShare > 1 || math.IsNaN(q.MinShare):
		return badRequest(fmt.Sprintf("minShare: %v is not a share; write a number above 0 and up to 1, such as 0.01", q.MinShare))
	}
	if err := cmp.Or(q.checkTargets(), q.checkLookbacks()); err != nil {
		return err
	}
	return q.checkLabels()
}

// checkLookbacks returns an error for what is no lookback.
func (q Query) checkLookbacks() error {
	for _, l := range q.Lookbacks {
		if l <= 0 {
			return badRequest(fmt.Sprintf("lookbacks: %s is not a positive duration; write durations such as 1h", model.Duration(l)))
		}
	}
	return nil
}

// checkLabels returns an error for labels by which events cannot be told apart.
func (q Query) checkLabels() error {
	for _, name := range q.GroupBy {
		if err := checkLabel("groupBy", name); err != nil {
			return err
		}
	}
	if q.Label != "" {
		return checkLabel("label", q.Label)
	}
	return nil
}

// checkTargets returns an error for what is no target or history.
func (q Query) checkTargets() error {
	for _, t := range q.Targets {
		if !(t >= 0 && t < 1) {
			return badRequest(fmt.Sprintf("targets: %v is not a share of good events; write at least 0 and below 1, such as 0.997 for 99.7 %%", t))
		}
	}
	if q.Since < 0 {
		return badRequest(fmt.Sprintf("since: %s is not a positive duration; write one such as 90d", model.Duration(q.Since)))
	}
	return nil
}

// checkLabel returns an error for what is no label of events.
func checkLabel(field, name string) error {
	if !model.UTF8Validation.IsValidLabelName(name) {
		return badRequest(fmt.Sprintf("%s: %.100q is not the name of a label", field, name))
	}
	if err := promql.CheckLabel(name); err != nil {
		return badRequest(field + ": " + err.Error())
	}
	return nil
}

func join(types []api.QueryType) string {
	var names []string
	for _, t := range types {
		names = append(names, string(t))
	}
	return strings.Join(names, ", ")
}

func queryTypes() []api.QueryType { return slices.Sorted(maps.Keys(answers)) }

func (q Query) lookbacks() []time.Duration {
	var all []time.Duration
	for _, l := range q.Lookbacks {
		all = append(all, time.Duration(l))
	}
	return all
}

// scope returns which SLOs and which of their events the query is about. A filter
// on an attribute selects SLOs, any other one events.
func (q Query) scope(l Limits, attributes []string) (selector catalog.Selector, events []*labels.Matcher, err error) {
	selector, err = l.selector(catalog.Criteria{SLOs: q.SLOs, Objective: q.Objective})
	if err != nil {
		return selector, nil, err
	}
	if err := l.checkFilters(selector.Len() + len(q.Filters) + len(q.AdhocFilters)); err != nil {
		return selector, nil, err
	}
	for _, f := range slices.Concat(q.Filters, q.AdhocFilters) {
		m, err := matcherOf(f)
		if err != nil {
			return selector, nil, err
		}
		if slices.Contains(attributes, f.Key) {
			selector = selector.With(m)
			continue
		}
		if err := checkLabel("filters", f.Key); err != nil {
			return selector, nil, err
		}
		events = append(events, m)
	}
	return selector, events, nil
}

var operators = map[string]labels.MatchType{
	"=": labels.MatchEqual, "!=": labels.MatchNotEqual, "=~": labels.MatchRegexp, "!~": labels.MatchNotRegexp,
	"=|": labels.MatchRegexp, "!=|": labels.MatchNotRegexp,
}

// matcherOf returns the filter as a label matcher.
func matcherOf(f api.Filter) (*labels.Matcher, error) {
	op, known := operators[f.Operator]
	if !known {
		return nil, badRequest(fmt.Sprintf("filters: the operator %q of %s is not known; write one of =, !=, =~, !~, =|, !=|", f.Operator, f.Key))
	}
	if !model.UTF8Validation.IsValidLabelName(f.Key) {
		return nil, badRequest(fmt.Sprintf("filters: %.100q is not the name of a label", f.Key))
	}
	value := f.Value
	if strings.HasSuffix(f.Operator, "|") {
		value = anyOf(f)
	} else if op == labels.MatchRegexp || op == labels.MatchNotRegexp {
		if err := promql.CheckRegexp(value); err != nil {
			return nil, badRequest("filters: " + err.Error())
		}
	}
	m, err := labels.NewMatcher(op, f.Key, value)
	if err != nil {
		return nil, badRequest(fmt.Sprintf("filters: the value %.100q of %s is not a regular expression: %v", value, f.Key, err))
	}
	return m, nil
}

// anyOf returns a regular expression that matches each of the values.
func anyOf(f api.Filter) string {
	values := f.Values
	if len(values) == 0 {
		values = []string{f.Value}
	}
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = regexp.QuoteMeta(v)
	}
	return strings.Join(quoted, "|")
}
