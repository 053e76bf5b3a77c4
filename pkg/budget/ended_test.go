package budget_test

import (
	"slices"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func TestLiving(t *testing.T) {
	now := t0.Add(20 * day)
	s := slo.SLO{Name: "by-pod", Window: rolling(7, slo.Day)}
	pod := func(name string, from, to time.Duration) budget.Entry {
		a := account(now.Add(-20*day), 20*day)
		a.gap(now.Add(-20*day), 20*day-from).gap(now.Add(-to), to)
		return budget.Entry{SLO: s, Objective: slo.Objective{Name: "99", Target: 0.99}, Labels: labels.FromStrings("pod", name), Account: a.curve(), AsOf: now}
	}
	whole := pod("whole", day, 0)
	whole.Labels = labels.EmptyLabels()
	other := pod("other", 3*day, 2*day)
	other.SLO.Name = "other"
	instance := pod("instance", 3*day, 2*day)
	instance.SLO.Instance = "west"
	bad := pod("slices", 3*day, 2*day)
	bad.SLO.Method, bad.Objective.Slices = slo.Timeslices, &slo.Slices{Length: 5 * time.Minute, Empty: slo.EmptyBad}
	later := pod("later", time.Hour, 0)
	never := pod("never", 0, 20*day)
	tests := []struct {
		name    string
		entries []budget.Entry
		at      time.Time
		ended   []string
	}{
		{"one after another", []budget.Entry{pod("a", 3*day, 2*day), pod("b", 2*day, day), pod("c", day, 0)}, now, []string{"a", "b"}},
		{"25 minutes ago", []budget.Entry{pod("a", 3*day, 25*time.Minute), pod("c", day, 0)}, now, nil},
		{"30 minutes ago", []budget.Entry{pod("a", 3*day, 30*time.Minute), pod("c", day, 0)}, now, []string{"a"}},
		{"all are silent, the last ones since an hour", []budget.Entry{pod("a", 3*day, 2*day), pod("b", 2*day, time.Hour), pod("c", day, time.Hour)}, now, []string{"a"}},
		{"at a time when it lived", []budget.Entry{pod("a", 3*day, day), pod("c", 2*day, 0)}, now.Add(-25 * time.Hour), nil},
		{"the only one", []budget.Entry{pod("a", 3*day, 2*day)}, now, nil},
		{"without groups", []budget.Entry{whole, pod("c", day, 0)}, now, nil},
		{"before it lived", []budget.Entry{later, pod("c", 2*day, 0)}, now.Add(-2 * time.Hour), nil},
		{"of another SLO", []budget.Entry{other, pod("c", day, 0)}, now, nil},
		{"of another SLO of the same name", []budget.Entry{instance, pod("c", day, 0)}, now, nil},
		{"whose gaps are bad", []budget.Entry{bad, pod("c", day, 0)}, now, nil},
		{"before all that is known", []budget.Entry{never, pod("c", day, 0)}, now, []string{"never"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			living, ended := budget.SplitEnded(test.entries, test.at)
			var names []string
			for _, e := range ended {
				names = append(names, e.Labels.Get("pod"))
			}
			if !slices.Equal(names, test.ended) || len(living)+len(ended) != len(test.entries) && test.name != "before it lived" {
				t.Errorf("%v have ended, want %v", names, test.ended)
			}
		})
	}
}

func TestEndedNotice(t *testing.T) {
	pod := func(name string) budget.Entry {
		return budget.Entry{Labels: labels.FromStrings("pod", name, "zone", "z")}
	}
	for want, ended := range map[string][]budget.Entry{
		"": nil,
		"1 group has ended and is left out: a · z":           {pod("a")},
		"2 groups have ended and are left out: a · z, b · z": {pod("a"), pod("b")},
	} {
		if got := budget.EndedNotice(ended); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
