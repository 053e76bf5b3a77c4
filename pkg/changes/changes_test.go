package changes_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/changes"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// server answers every query alike, and counts them.
type server struct {
	asked  atomic.Int64
	series []upstream.Series
	meta   upstream.Meta
	err    error
}

func (s *server) Range(_ context.Context, _ string, start, end time.Time, step time.Duration) ([]upstream.Series, upstream.Meta, error) {
	s.asked.Add(1)
	if end.Sub(start)/step > 10_001 {
		return nil, upstream.Meta{}, errors.New("too many points")
	}
	return s.series, s.meta, s.err
}

var (
	to     = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	before = budget.Incident{Start: to.Add(-time.Hour), End: to}
)

// Whatever an answer lacks, it does not say that nothing changed.
func TestRead(t *testing.T) {
	steady := []upstream.Series{{Labels: labels.FromStrings("version", "1"), Samples: []upstream.Sample{{T: to.AddDate(0, 0, -3).UnixMilli(), V: 1}}}}
	for name, test := range map[string]struct {
		server  *server
		unknown string
	}{
		"nothing changed": {&server{series: steady}, ""},
		"no series":       {&server{}, "has no series"},
		"partial":         {&server{series: steady, meta: upstream.Meta{Partial: true}}, "lacks data"},
		"failed":          {&server{err: errors.New("timeout")}, "timeout"},
		"cut":             {&server{series: steady, meta: upstream.Meta{Cut: to.Add(-2 * time.Hour)}}, "changes are known since"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, days := range []int{3, 4000} {
				change, err := changes.Read(t.Context(), test.server, "version", to.AddDate(0, 0, -days), to).Before(before)
				if change != nil || (err != nil) != (test.unknown != "") || err != nil && !strings.Contains(err.Error(), test.unknown) {
					t.Errorf("in %d days: %v, %v", days, change, err)
				}
			}
		})
	}
}

// A query is asked once however many entries name it, and not more than a hundred are.
func TestReadAllIsBounded(t *testing.T) {
	var entries []budget.Entry
	for i := range 300 {
		promise := &slo.Promise{Changes: &slo.Query{Expr: fmt.Sprint("version", i/2)}}
		entries = append(entries, budget.Entry{SLO: slo.SLO{Promise: promise}})
	}
	s := &server{}
	all := changes.ReadAll(t.Context(), s, append(entries, budget.Entry{}), to.AddDate(0, 0, -1), to)
	if got := s.asked.Load(); got != 100 || len(all) != 150 {
		t.Errorf("%d requests, %d answers", got, len(all))
	}
	if err := all["version149"].Err; err == nil || !strings.Contains(err.Error(), "select fewer SLOs") {
		t.Errorf("the last is %v", err)
	}
}
