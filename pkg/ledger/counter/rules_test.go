package counter

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/docs"
)

// The table of rules in docs/ledger.md is true.
func TestRules(t *testing.T) {
	rows := rules(t)
	if len(rows) < 20 {
		t.Fatalf("docs/ledger.md has %d rules", len(rows))
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			for cut := range r.scrapes + 1 {
				found := r.walk(t, at(cut, 0)-1)
				if !maps.Equal(found, r.events) {
					t.Errorf("%v events in parts up to scrape %d and after it, want %v", found, cut, r.events)
				}
			}
		})
	}
}

// rule is a row of the table.
type rule struct {
	name    string
	series  []shown
	scrapes int
	events  map[string]float64
}

// shown is a series of a rule: what it has at each scrape, NaN for nothing.
type shown struct {
	name   string
	late   time.Duration
	values []float64
}

// rules reads the table.
func rules(t *testing.T) (all []rule) {
	t.Helper()
	const head = "| rule | what the scrapes show | events |"
	_, table, found := strings.Cut(docs.Ledger, head)
	if !found {
		t.Fatalf("docs/ledger.md has no table %q", head)
	}
	lines := strings.Split(strings.TrimPrefix(table, "\n"), "\n")
	for _, line := range lines[1:] {
		if !strings.HasPrefix(line, "|") {
			break
		}
		r, err := parseRule(line)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		all = append(all, r)
	}
	return all
}

func parseRule(line string) (r rule, err error) {
	cells := strings.Split(strings.Trim(line, "|"), "|")
	if len(cells) != 3 {
		return r, fmt.Errorf("%d cells", len(cells))
	}
	r.name, r.events = strings.TrimSpace(cells[0]), map[string]float64{}
	for _, text := range strings.Split(strings.Trim(cells[1], " `"), ";") {
		s, err := parseShown(strings.TrimSpace(text))
		if err != nil {
			return r, err
		}
		r.series, r.scrapes = append(r.series, s), max(r.scrapes, len(s.values))
	}
	for _, text := range strings.Split(cells[2], ";") {
		name, number, named := strings.Cut(strings.TrimSpace(text), ": ")
		if !named {
			name, number = r.series[0].name, name
		}
		if r.events[name], err = strconv.ParseFloat(number, 64); err != nil {
			return r, err
		}
	}
	if len(r.events) != len(r.series) {
		return r, fmt.Errorf("events of %d series, not of %d", len(r.events), len(r.series))
	}
	return r, nil
}

func parseShown(text string) (s shown, err error) {
	name, values, ok := strings.Cut(text, ": ")
	if !ok {
		return s, fmt.Errorf("%q names no series", text)
	}
	s.name = name
	if name, late, ok := strings.Cut(name, " +"); ok {
		s.name = name
		if s.late, err = time.ParseDuration(late); err != nil {
			return s, err
		}
	}
	for _, word := range strings.Fields(values) {
		value, often, _ := strings.Cut(word, "×")
		v, n := math.NaN(), 1
		if value != "." {
			if v, err = strconv.ParseFloat(value, 64); err != nil {
				return s, err
			}
		}
		if often != "" {
			if n, err = strconv.Atoi(often); err != nil {
				return s, err
			}
		}
		for range n {
			s.values = append(s.values, v)
		}
	}
	return s, nil
}

var seriesName = regexp.MustCompile(`^(?:(\w+)/)?(\w+)(?:\{(\w+)=(\w*)\})?$`)

// labels returns those of a series that is written as path/code{name=value}.
func (s shown) labels(t *testing.T) labels.Labels {
	t.Helper()
	m := seriesName.FindStringSubmatch(s.name)
	if m == nil {
		t.Fatalf("%q is no name of a series", s.name)
	}
	ls := labels.NewBuilder(labels.FromStrings("job", "j", "instance", "i", "code", m[2]))
	ls.Set("path", m[1]) // an empty value is no label
	if m[3] != "" {
		ls.Set(m[3], m[4])
	}
	return ls.Labels()
}

// at is the time of a scrape.
func at(scrape int, late time.Duration) int64 {
	return (time.Duration(scrape+1000)*time.Minute + late).Milliseconds()
}

// walk counts the events, in two parts of which the first ends at a time.
func (r rule) walk(t *testing.T, until int64) map[string]float64 {
	k := NewTracker(1, []string{"code"})
	names, found := map[*Track]string{}, map[string]float64{}
	var samples []Sample
	for _, s := range r.series {
		tr, _ := k.Track(0, s.labels(t))
		tr.Total = 1
		names[tr], found[s.name] = s.name, 0
		if IsCount(s.values[0]) {
			k.Prime(tr, at(0, s.late), s.values[0])
		}
		before := len(samples)
		for i, v := range s.values[1:] {
			if !IsCount(v) {
				continue
			}
			if n := len(samples); n > before {
				samples[n-1].Next = max(0, v-samples[n-1].V)
			}
			samples = append(samples, Sample{Track: tr, T: at(i+1, s.late), V: v})
		}
	}
	for _, end := range []int64{until, math.MaxInt64} {
		k.Walk(append([]Sample(nil), samples...), end, func(tr *Track, _ int64, e Events) { found[names[tr]] += e.N })
	}
	return found
}
