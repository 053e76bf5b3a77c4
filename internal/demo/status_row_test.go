package demo

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/frame"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

var now = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// What nobody knows is not shown as health.
func TestNoDataIsNotHealth(t *testing.T) {
	silent := budget.Entry{
		SLO:       slo.SLO{Name: "mail-delivery", Service: "mail", Objectives: []slo.Objective{{Target: 0.95}}},
		Objective: slo.Objective{Target: 0.95}, Err: errors.New("the server cannot be reached"),
	}
	p := frame.Params{Now: now, Broken: []frame.Broken{{SLO: "lost", Place: "a.yaml:3", Problem: "there is no target"}}}
	text := printed(t, frame.Status(t.Context(), []budget.Entry{silent}, p)[0])
	for _, name := range []string{"mail-delivery", "lost"} {
		line := lineWith(text, " "+name+" ")
		if !strings.HasPrefix(line, "no data ") || !strings.Contains(line, "–") || strings.Contains(line, "█") {
			t.Errorf("%s: %q in\n%s", name, line, text)
		}
	}
	if !strings.Contains(text, "the server cannot be reached") || !strings.Contains(text, "there is no target") {
		t.Errorf("the reasons are not told:\n%s", text)
	}
}

func printed(t *testing.T, f *data.Frame) string {
	t.Helper()
	rows, err := read(f, readStatusRow)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	a := &answer{at: now, rows: rows, notices: (&table{Frame: f}).notices()}
	if err := a.write(&output{&b, func() {}}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func lineWith(text, part string) string {
	for line := range strings.Lines(text) {
		if strings.Contains(line, part) {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

// The fields that the demo reads are those of the product's frames.
func TestEmptyFramesAreRead(t *testing.T) {
	p := frame.Params{Now: now, From: now.Add(-time.Hour), To: now}
	if rows, err := read(frame.Incidents(t.Context(), nil, p)[0], readIncident); err != nil || len(rows) > 0 {
		t.Errorf("incidents: %v, %v", rows, err)
	}
	if rows, err := read(frame.Windows(t.Context(), nil, p)[0], readClosed); err != nil || len(rows) > 0 {
		t.Errorf("windows: %v, %v", rows, err)
	}
}

func TestAFrameOfAnotherShapeIsAnError(t *testing.T) {
	tests := map[string]*data.Frame{
		`no field`:        data.NewFrame("status", data.NewField("slo", nil, []string{"a"})),
		`state of the`:    data.NewFrame("status", data.NewField("windowStart", nil, []*time.Time{nil}), data.NewField("slo", nil, []string{"a"}), data.NewField("state", nil, []int64{1})),
		`different field`: data.NewFrame("status", data.NewField("slo", nil, []string{"a"}), data.NewField("title", nil, []string{})),
	}
	for want, f := range tests {
		if _, err := read(f, readStatusRow); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want ...%s...", err, want)
		}
	}
}

func TestWorstIncidentIsOfTheRowAndItsWindow(t *testing.T) {
	at := func(days int, share float64, title string) incident {
		i := incident{title: title}
		i.Start, i.End, i.Share = now.AddDate(0, 0, -days), now.AddDate(0, 0, -days).Add(time.Hour), &share
		return i
	}
	start := now.AddDate(0, 0, -28)
	s := statusRow{start: &start}
	s.SLO = "a"
	all := []incident{at(40, 0.9, "a"), at(3, 0.8, "b"), at(2, 0.1, "a"), at(9, 0.5, "a")}
	if worst := s.worst(all); worst == nil || *worst.Share != 0.5 {
		t.Errorf("got %+v", worst)
	}
	if worst := (statusRow{}).worst(all); worst != nil {
		t.Errorf("got %+v for a row without an account", worst)
	}
}
