package openslo

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

type sloDocument struct {
	APIVersion string         `yaml:"apiVersion"`
	Kind       string         `yaml:"kind"`
	Metadata   metadataFields `yaml:"metadata"`
	Spec       sloFields      `yaml:"spec"`
}

type serviceDocument struct {
	APIVersion string         `yaml:"apiVersion"`
	Kind       string         `yaml:"kind"`
	Metadata   metadataFields `yaml:"metadata"`
	Spec       serviceFields  `yaml:"spec"`
}

type metadataFields struct {
	Name        string            `yaml:"name"`
	DisplayName string            `yaml:"displayName,omitempty"`
	Namespace   string            `yaml:"namespace,omitempty"`
	Labels      map[string]string `yaml:"labels,omitempty"`
	Annotations map[string]string `yaml:"annotations,omitempty"`
}

type serviceFields struct {
	Description string `yaml:"description,omitempty"`
}

type sloFields struct {
	Description     string            `yaml:"description,omitempty"`
	Service         string            `yaml:"service"`
	Indicator       *indicatorFields  `yaml:"indicator,omitempty"`
	TimeWindow      []windowFields    `yaml:"timeWindow"`
	BudgetingMethod string            `yaml:"budgetingMethod"`
	Objectives      []objectiveFields `yaml:"objectives"`
}

type windowFields struct {
	Duration  string          `yaml:"duration"`
	IsRolling bool            `yaml:"isRolling"`
	Calendar  *calendarFields `yaml:"calendar,omitempty"`
}

type calendarFields struct {
	StartTime yamldoc.Plain `yaml:"startTime"`
	TimeZone  string        `yaml:"timeZone"`
}

type objectiveFields struct {
	DisplayName     string           `yaml:"displayName,omitempty"`
	Op              string           `yaml:"op,omitempty"`
	Value           *yamldoc.Number  `yaml:"value,omitempty"`
	Target          yamldoc.Number   `yaml:"target"`
	TimeSliceTarget *yamldoc.Number  `yaml:"timeSliceTarget,omitempty"`
	TimeSliceWindow any              `yaml:"timeSliceWindow,omitempty"`
	Indicator       *indicatorFields `yaml:"indicator,omitempty"`
}

type indicatorFields struct {
	Metadata metadataFields    `yaml:"metadata"`
	Spec     measurementFields `yaml:"spec"`
}

type measurementFields struct {
	ThresholdMetric *metricFields `yaml:"thresholdMetric,omitempty"`
	RatioMetric     *ratioFields  `yaml:"ratioMetric,omitempty"`
}

type ratioFields struct {
	Counter *bool         `yaml:"counter,omitempty"`
	Good    *metricFields `yaml:"good,omitempty"`
	Bad     *metricFields `yaml:"bad,omitempty"`
	Total   *metricFields `yaml:"total,omitempty"`
	RawType string        `yaml:"rawType,omitempty"`
	Raw     *metricFields `yaml:"raw,omitempty"`
}

type metricFields struct {
	MetricSource struct {
		Type string `yaml:"type"`
		Spec struct {
			Query string `yaml:"query"`
		} `yaml:"spec"`
	} `yaml:"metricSource"`
}

// NewService returns the document of a service, to be marshalled.
func NewService(s format.Service) any {
	return serviceDocument{
		APIVersion: Version, Kind: format.ServiceKind.Name,
		Metadata: metadataFields{Name: s.Name, DisplayName: s.DisplayName, Namespace: s.Namespace, Labels: s.Labels},
		Spec:     serviceFields{Description: s.Description},
	}
}

// NewSLO returns the document of an SLO, to be marshalled, with a name that
// OpenSLO allows. An error tells what OpenSLO cannot say.
func NewSLO(s slo.SLO, name string) (any, error) {
	d := sloDocument{APIVersion: Version, Kind: format.SLOKind}
	var err error
	if d.Metadata, err = newMetadata(s, name); err != nil {
		return nil, err
	}
	d.Spec = sloFields{
		Description: s.Description, Service: s.Service,
		TimeWindow:      []windowFields{newWindow(s.Window)},
		BudgetingMethod: s.Method.String(),
	}
	if d.Spec.Service == "" {
		d.Spec.Service = name
	}
	shared := sharesIndicator(s.Objectives)
	for i, o := range s.Objectives {
		indicator, err := newIndicator(o.Indicator, name)
		if err != nil {
			return nil, fmt.Errorf("objective %s: %w", o.Name, err)
		}
		fields := newObjective(o, s.Method)
		switch {
		case !shared:
			fields.Indicator = indicator
		case i == 0:
			d.Spec.Indicator = indicator
		}
		d.Spec.Objectives = append(d.Spec.Objectives, fields)
	}
	return d, nil
}

// newMetadata returns metadata with a setting for whatever OpenSLO has no field
// for.
func newMetadata(s slo.SLO, name string) (metadataFields, error) {
	m := metadataFields{Name: name, DisplayName: s.DisplayName, Annotations: format.Merge(s.Annotations)}
	set := func(key, text string) { m.Annotations = format.Merge(m.Annotations, map[string]string{key: text}) }
	if name != s.Name {
		set(ownName, s.Name)
	}
	if s.Identity != "" {
		set(ownInstance, s.Identity)
	}
	if s.Service == "" {
		set(ownService, "")
	}
	if len(s.GroupBy) > 0 {
		set(format.GroupBy, strings.Join(s.GroupBy, ","))
	}
	if sliced := s.Objectives[0].Slices; sliced != nil && sliced.Empty != slo.EmptyIgnored {
		set(format.EmptySlices, format.EmptyPolicies()[sliced.Empty])
	}
	var foreign map[string]string
	m.Labels, foreign = splitLabels(s.Labels)
	return m, errors.Join(setJSON(set, ownLabels, foreign), setJSON(set, ownAlerting, newAlertingSetting(s.Alerting)))
}

// splitLabels returns the labels that OpenSLO allows, and the others.
func splitLabels(labels map[string]string) (own, foreign map[string]string) {
	for key, text := range labels {
		if format.IsLabelKey(key) {
			own = format.Merge(own, map[string]string{key: text})
		} else {
			foreign = format.Merge(foreign, map[string]string{key: text})
		}
	}
	return own, foreign
}

// setJSON sets an annotation to a value in JSON, unless it is empty.
func setJSON(set func(key, text string), key string, v any) error {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	if text := strings.TrimSpace(b.String()); text != "null" && text != "{}" {
		set(key, text)
	}
	return err
}

func newWindow(w slo.Window) windowFields {
	f := windowFields{Duration: w.Period.String(), IsRolling: !w.Calendar}
	if w.Calendar {
		f.Calendar = &calendarFields{
			StartTime: yamldoc.Plain(w.Anchor.Format("2006-01-02 15:04:05.999999999")), TimeZone: w.Anchor.Location().String(),
		}
	}
	return f
}

func newObjective(o slo.Objective, m slo.Method) objectiveFields {
	f := objectiveFields{DisplayName: o.DisplayName, Target: yamldoc.Number(o.Target)}
	threshold, compares := o.Indicator.(slo.Threshold)
	if compares {
		f.Op, f.Value = opName(threshold.Op), new(yamldoc.Number(threshold.Value))
	}
	if o.Slices == nil {
		return f
	}
	f.TimeSliceWindow = newSliceLength(o.Slices.Length)
	if m == slo.Timeslices {
		f.TimeSliceTarget = new(yamldoc.Number(o.Slices.Target))
		if !compares && o.Slices.Op == slo.GT {
			f.Op = opName(slo.GT)
		}
	}
	return f
}

// newSliceLength returns a duration, or a number of minutes where it is not a
// whole one.
func newSliceLength(d time.Duration) any {
	if d%time.Minute == 0 {
		return slo.Period{Count: int(d / time.Minute), Unit: slo.Minute}.String()
	}
	return yamldoc.Number(d.Minutes())
}

// sharesIndicator reports whether the objectives differ by bounds and targets
// alone, so that the indicator is the SLO's.
func sharesIndicator(objectives []slo.Objective) bool {
	for _, o := range objectives {
		if !reflect.DeepEqual(withoutBound(o.Indicator), withoutBound(objectives[0].Indicator)) {
			return false
		}
	}
	return true
}

// withoutBound returns an indicator without its objective's bound and the places
// of its queries.
func withoutBound(i slo.Indicator) slo.Indicator {
	placeless := func(q slo.Query) slo.Query { return slo.Query{Expr: q.Expr} }
	optional := func(q *slo.Query) *slo.Query {
		if q == nil {
			return nil
		}
		return new(placeless(*q))
	}
	switch i := i.(type) {
	case slo.Threshold:
		return slo.Threshold{Query: placeless(i.Query)}
	case slo.Ratio:
		i.Good, i.Bad, i.Total = optional(i.Good), optional(i.Bad), placeless(i.Total)
		return i
	case slo.RawRatio:
		i.Query = placeless(i.Query)
		return i
	case slo.Histogram:
		i.Good, i.Total = optional(i.Good), placeless(i.Total)
		return i
	case slo.BoolGauge:
		return slo.BoolGauge{Query: placeless(i.Query)}
	}
	return i
}

func newIndicator(i slo.Indicator, name string) (*indicatorFields, error) {
	f := &indicatorFields{Metadata: metadataFields{Name: name, Annotations: newIndicatorSettings(i)}}
	switch i := i.(type) {
	case slo.Threshold:
		f.Spec.ThresholdMetric = newMetric(&i.Query)
	case slo.RawRatio:
		f.Spec.RatioMetric = &ratioFields{RawType: "success", Raw: newMetric(&i.Query)}
		if i.Failure {
			f.Spec.RatioMetric.RawType = "failure"
		}
	case slo.Ratio:
		f.Spec.RatioMetric = newCounts(i)
	default:
		r, ok := equivalentRatio(i)
		if !ok {
			return nil, errors.New("OpenSLO has no indicator for a classic histogram with a bound; write good and total events with their le labels")
		}
		f.Spec.RatioMetric = newCounts(r)
	}
	return f, nil
}

// newIndicatorSettings returns the settings of an indicator that OpenSLO does not
// have.
func newIndicatorSettings(i slo.Indicator) map[string]string {
	switch i := i.(type) {
	case slo.BoolGauge:
		return map[string]string{ownIndicator: boolGauge, ownQuery: i.Query.Expr}
	case slo.Histogram:
		return map[string]string{ownIndicator: nativeHistogram, ownQuery: i.Total.Expr, ownOp: opName(i.Op), ownValue: yamldoc.Number(i.Value).String()}
	}
	return nil
}

func newCounts(r slo.Ratio) *ratioFields {
	return &ratioFields{Counter: &r.Counter, Good: newMetric(r.Good), Bad: newMetric(r.Bad), Total: newMetric(&r.Total)}
}

func newMetric(q *slo.Query) *metricFields {
	if q == nil {
		return nil
	}
	m := &metricFields{}
	m.MetricSource.Type, m.MetricSource.Spec.Query = "Prometheus", q.Expr
	return m
}
