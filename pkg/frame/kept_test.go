package frame

import (
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// TestKept checks the order, and that what is not known is no number.
func TestKept(t *testing.T) {
	p := params()
	p.From = now.Add(-28 * day)
	f := Kept(t.Context(), missedEntries(), p)[0]
	type row struct {
		streak, kept, missed float64
		known                bool
		text                 string
	}
	got := map[string]row{}
	last := 1e9
	for i := range f.Rows() {
		number := func(name string) float64 {
			field, _ := f.FieldByName(name)
			if v, ok := field.ConcreteAt(i); ok {
				return v.(float64)
			}
			return -1
		}
		text, _ := f.FieldByName("text")
		name, _ := f.FieldByName("slo")
		r := row{number("streak"), number("kept"), number("missed"), number("streak") >= 0, text.At(i).(string)}
		if r.streak > last {
			t.Errorf("row %d has a longer streak than the one before", i)
		}
		last = r.streak
		got[name.At(i).(string)] = r
	}
	for name, want := range map[string]row{
		"kept":       {3, 3, 0, true, "kept 3 windows in a row"},
		"unreviewed": {1, 3, 1, true, "kept 1 window"},
		"rolling":    {0, 2, 2, true, "no window kept since the last miss"},
		"failed":     {-1, -1, -1, false, budget.Streak{}.String()},
	} {
		if got[name] != want {
			t.Errorf("%s: %+v, want %+v", name, got[name], want)
		}
	}
}
