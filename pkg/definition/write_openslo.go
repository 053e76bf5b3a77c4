package definition

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

type sloDocument struct {
	header   `yaml:",inline"`
	Metadata metadataFields `yaml:"metadata"`
	Spec     sloFields      `yaml:"spec"`
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
	StartTime plain  `yaml:"startTime"`
	TimeZone  string `yaml:"timeZone"`
}

type objectiveFields struct {
	DisplayName     string           `yaml:"displayName,omitempty"`
	Op              string           `yaml:"op,omitempty"`
	Value           *number          `yaml:"value,omitempty"`
	Target          number           `yaml:"target"`
	TimeSliceTarget *number          `yaml:"timeSliceTarget,omitempty"`
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

func documentOf(s slo.SLO, name string) (d sloDocument, err error) {
	d.header = header{openSLO, "SLO"}
	if d.Metadata, err = metadataOf(s, name); err != nil {
		return d, err
	}
	d.Spec = sloFields{
		Description: s.Description, Service: s.Service,
		TimeWindow:      []windowFields{windowOf(s.Window)},
		BudgetingMethod: s.Method.String(),
	}
	if d.Spec.Service == "" {
		d.Spec.Service = name
	}
	shared := sharesIndicator(s.Objectives)
	for i, o := range s.Objectives {
		indicator, err := indicatorOf(o.Indicator, name)
		if err != nil {
			return d, fmt.Errorf("objective %s: %w", o.Name, err)
		}
		fields := objectiveOf(o, s.Method)
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

// metadataOf has an annotation for whatever OpenSLO has no field for.
func metadataOf(s slo.SLO, name string) (metadataFields, error) {
	m := metadataFields{Name: name, DisplayName: s.DisplayName, Annotations: overlaid(s.Annotations)}
	set := func(key, text string) { m.Annotations = overlaid(m.Annotations, map[string]string{key: text}) }
	if name != s.Name {
		set(ownName, s.Name)
	}
	if s.Service == "" {
		set(ownService, "")
	}
	if len(s.GroupBy) > 0 {
		set(groupBy, strings.Join(s.GroupBy, ","))
	}
	if slices := s.Objectives[0].Slices; slices != nil && slices.Empty != slo.EmptyIgnored {
		set(emptySlices, emptyPolicies()[slices.Empty])
	}
	var foreign map[string]string
	m.Labels, foreign = apart(s.Labels)
	return m, errors.Join(setJSON(set, ownLabels, foreign), setJSON(set, ownAlerting, settingOf(s.Alerting)))
}

// apart tells the labels that OpenSLO can have from the others.
func apart(labels map[string]string) (own, foreign map[string]string) {
	for key, text := range labels {
		if isLabelKey(key) {
			own = overlaid(own, map[string]string{key: text})
		} else {
			foreign = overlaid(foreign, map[string]string{key: text})
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

func windowOf(w slo.Window) windowFields {
	f := windowFields{Duration: w.Period.String(), IsRolling: !w.Calendar}
	if w.Calendar {
		f.Calendar = &calendarFields{plain(w.Anchor.Format("2006-01-02 15:04:05.999999999")), w.Anchor.Location().String()}
	}
	return f
}

func objectiveOf(o slo.Objective, m slo.Method) objectiveFields {
	f := objectiveFields{DisplayName: o.DisplayName, Target: number(o.Target)}
	threshold, compares := o.Indicator.(slo.Threshold)
	if compares {
		f.Op, f.Value = opName(threshold.Op), new(number(threshold.Value))
	}
	if o.Slices == nil {
		return f
	}
	f.TimeSliceWindow = lengthOf(o.Slices.Length)
	if m == slo.Timeslices {
		f.TimeSliceTarget = new(number(o.Slices.Target))
		if !compares && o.Slices.Op == slo.GT {
			f.Op = opName(slo.GT)
		}
	}
	return f
}

func opName(o slo.Op) string { return ops()[o] }

// lengthOf is a duration, or a number of minutes where it is not a whole one.
func lengthOf(d time.Duration) any {
	if d%time.Minute == 0 {
		return slo.Period{Count: int(d / time.Minute), Unit: slo.Minute}.String()
	}
	return number(d.Minutes())
}

// sharesIndicator says whether the objectives differ by bounds and targets
// alone, so that the indicator is the SLO's.
func sharesIndicator(objectives []slo.Objective) bool {
	for _, o := range objectives {
		if !reflect.DeepEqual(measured(o.Indicator), measured(objectives[0].Indicator)) {
			return false
		}
	}
	return true
}

// measured is an indicator without its objective's bound and the places of its
// queries.
func measured(i slo.Indicator) slo.Indicator {
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

func indicatorOf(i slo.Indicator, name string) (*indicatorFields, error) {
	f := &indicatorFields{Metadata: metadataFields{Name: name, Annotations: settingsOf(i)}}
	switch i := i.(type) {
	case slo.Threshold:
		f.Spec.ThresholdMetric = metricOf(&i.Query)
	case slo.RawRatio:
		f.Spec.RatioMetric = &ratioFields{RawType: "success", Raw: metricOf(&i.Query)}
		if i.Failure {
			f.Spec.RatioMetric.RawType = "failure"
		}
	case slo.Ratio:
		f.Spec.RatioMetric = countsOf(i)
	default:
		r, ok := ratioOf(i)
		if !ok {
			return nil, errors.New("OpenSLO has no indicator for a classic histogram with a bound; write good and total events with their le labels")
		}
		f.Spec.RatioMetric = countsOf(r)
	}
	return f, nil
}

// settingsOf are the annotations of an indicator that OpenSLO does not have.
func settingsOf(i slo.Indicator) map[string]string {
	switch i := i.(type) {
	case slo.BoolGauge:
		return map[string]string{ownIndicator: boolGauge, ownQuery: i.Query.Expr}
	case slo.Histogram:
		return map[string]string{ownIndicator: nativeHistogram, ownQuery: i.Total.Expr, ownOp: opName(i.Op), ownValue: numeral(i.Value)}
	}
	return nil
}

func countsOf(r slo.Ratio) *ratioFields {
	return &ratioFields{Counter: &r.Counter, Good: metricOf(r.Good), Bad: metricOf(r.Bad), Total: metricOf(&r.Total)}
}

func metricOf(q *slo.Query) *metricFields {
	if q == nil {
		return nil
	}
	m := &metricFields{}
	m.MetricSource.Type, m.MetricSource.Spec.Query = "Prometheus", q.Expr
	return m
}
