package plugin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"
)

// Limits bound what one question may cost, since any viewer can ask any. In the
// settings, a field that is missing or 0 has its default.
type Limits struct {
	// The longest time range of a query, lookback and interval of points.
	Range Duration `json:"range,omitempty"`
	// How far back from now a query may look.
	History Duration `json:"history,omitempty"`
	// How far back ledgers are filled in the background, for forecasts. Missing means
	// 90 days, or three windows if that is more, up to 400 days; 0 means not at all.
	ForecastHistory *Duration `json:"forecastHistory,omitempty"`
	// The most points of a series; a query that asks for more gets as many.
	Points int `json:"points,omitempty"`
	// The most lookbacks of a query.
	Lookbacks int `json:"lookbacks,omitempty"`
	// The most labels by which a query groups.
	GroupBy int `json:"groupBy,omitempty"`
	// The most filters and label matchers of a query, in total.
	Filters int `json:"filters,omitempty"`
	// The longest name or value in a query.
	TextBytes int `json:"textBytes,omitempty"`
	// The longest query, as JSON, and the longest URL of a resource.
	QueryBytes int `json:"queryBytes,omitempty"`
	// The most queries of one request.
	Queries int `json:"queries,omitempty"`
	// The most groups of a query, of all its SLOs.
	Groups int `json:"groups,omitempty"`
	// The most SLOs in a chart, which shows the worst.
	SLOs int `json:"slos,omitempty"`
	// The most series of a chart.
	Series int `json:"series,omitempty"`
	// The most points of a chart, in all its series.
	AllPoints int `json:"allPoints,omitempty"`
	// The most targets that a query asks to compare.
	Targets int `json:"targets,omitempty"`
	// The most steps of ledgers that a query of targets replays, of all its SLOs.
	Steps int `json:"steps,omitempty"`
	// The most rows of a table.
	Rows int `json:"rows,omitempty"`
	// The longest text that is posted to a resource.
	BodyBytes int `json:"bodyBytes,omitempty"`
	// The most resources that are answered at a time.
	Resources int `json:"resources,omitempty"`
}

// maxForecastHistory is the longest history for forecasts.
const maxForecastHistory = 400 * 24 * time.Hour

// limit describes one of the fields of Limits.
type limit[T int | Duration] struct {
	name  string
	value *T
	// defaultValue applies where nothing is set. Those of durations are in days.
	defaultValue, maximum int
}

// numbers returns the limits that are not durations.
func (l *Limits) numbers() []limit[int] {
	return []limit[int]{
		{"points", &l.Points, 11_000, 11_000},
		{"lookbacks", &l.Lookbacks, 12, 50},
		{"groupBy", &l.GroupBy, 5, 20},
		{"filters", &l.Filters, 20, 100},
		{"textBytes", &l.TextBytes, 16 << 10, 256 << 10},
		{"queryBytes", &l.QueryBytes, 64 << 10, 1 << 20},
		{"queries", &l.Queries, 100, 1_000},
		{"groups", &l.Groups, 500, 10_000},
		{"slos", &l.SLOs, 100, 1_000},
		{"series", &l.Series, 1_000, 10_000},
		{"allPoints", &l.AllPoints, 1_000_000, 10_000_000},
		{"targets", &l.Targets, 10, 100},
		{"steps", &l.Steps, 2_000_000, 50_000_000},
		{"rows", &l.Rows, 10_000, 100_000},
		{"bodyBytes", &l.BodyBytes, 4 << 20, 4 << 20},
		{"resources", &l.Resources, 16, 256},
	}
}

// durations returns the limits that are lengths of time.
func (l *Limits) durations() []limit[Duration] {
	return []limit[Duration]{
		{"range", &l.Range, 400, 3_700},
		{"history", &l.History, 800, 7_400},
	}
}

// UnmarshalJSON returns an error for a field that does not exist, so that a typo does
// not pass for a limit.
func (l *Limits) UnmarshalJSON(text []byte) error {
	type plain Limits
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	err := decoder.Decode((*plain)(l))
	if err != nil {
		if name, unknown := strings.CutPrefix(err.Error(), "json: unknown field "); unknown {
			return fmt.Errorf("limits has no field %s; write one of %s", name, strings.Join(limitNames(), ", "))
		}
		return fmt.Errorf("limits: %s", explainJSON(err))
	}
	return nil
}

func limitNames() (names []string) {
	l := &Limits{}
	for _, d := range l.durations() {
		names = append(names, d.name)
	}
	names = append(names, "forecastHistory")
	for _, n := range l.numbers() {
		names = append(names, n.name)
	}
	return names
}

// withDefaults returns the limits in force, or what is wrong with a setting.
func (l Limits) withDefaults() (Limits, error) {
	const day = 24 * time.Hour
	if length := l.ForecastHistory; length != nil && time.Duration(*length) > maxForecastHistory {
		return l, fmt.Errorf("the setting limits.forecastHistory is %s; write a duration up to 400d, such as 90d, or 0d for none", formatLimit(time.Duration(*length)))
	}
	for _, d := range l.durations() {
		if *d.value == 0 {
			*d.value = Duration(time.Duration(d.defaultValue) * day)
		}
		if length := time.Duration(*d.value); length < time.Hour || length > time.Duration(d.maximum)*day {
			return l, fmt.Errorf("the setting limits.%s is %s; write a duration from 1h to %dd, such as %dd", d.name, formatLimit(length), d.maximum, d.defaultValue)
		}
	}
	for _, n := range l.numbers() {
		if *n.value == 0 {
			*n.value = n.defaultValue
		}
		if *n.value < 1 || *n.value > n.maximum {
			return l, fmt.Errorf("the setting limits.%s is %d; write a number from 1 to %d, such as %d", n.name, *n.value, n.maximum, n.defaultValue)
		}
	}
	return l, nil
}

// defaultLimits returns the limits of settings without any.
func defaultLimits() Limits {
	l, _ := Limits{}.withDefaults()
	return l
}

// limitError returns the error about a request that exceeds a limit. It says what was
// requested, such as "lookbacks: 13 lookbacks are more than the 12 of a query", and
// what to write instead.
func limitError(limit, requested, instead string) error {
	return badRequest(fmt.Sprintf("%s; %s, or have limits.%s raised in the settings of the data source", requested, instead, limit))
}

// formatLimit returns a duration in days, rounded up, if it is long.
func formatLimit(d time.Duration) string {
	if d.Abs() >= 48*time.Hour {
		return fmt.Sprintf("%.0fd", math.Ceil(d.Hours()/24))
	}
	return d.String()
}
