package demo

import (
	"context"
	"fmt"
	"time"
)

// lately is how far back the demo looks for what was kept and missed.
const lately = 60 * day

const day = 24 * time.Hour

// promises prints which promises were kept in a row, how far the reviews of misses have
// come, and what is blocked.
func (d *demo) promises(ctx context.Context, at time.Time) error {
	fmt.Fprintln(d.out, "\nHow promises were kept, and what follows:")
	for _, one := range []struct {
		kind string
		from time.Time
		line func(t *table, row int) string
	}{
		{"kept", at.Add(-lately), keptLine},
		{"reviews", at.Add(-2 * lately), reviewLine},
		{"gate", at.Add(-time.Hour), gateLine},
	} {
		f, err := d.ask(ctx, question{kind: one.kind, from: one.from, to: at})
		if err != nil {
			return err
		}
		lines, err := read(f, one.line)
		if err != nil {
			return err
		}
		for _, line := range lines {
			if line != "" {
				fmt.Fprintln(d.out, "- "+line)
			}
		}
	}
	return nil
}

// worthTelling is how many windows in a row are worth a line.
const worthTelling = 3

func keptLine(t *table, row int) string {
	if n := value[float64](t, "streak", row); n == nil || *n < worthTelling {
		return ""
	}
	return t.text("title", row) + ": " + t.text("text", row)
}

// reviewWords says how far a review has come.
var reviewWords = map[string]string{
	"unreviewed": "Unreviewed", "no_change": "No change", "late": "Change late", "change_open": "Change open", "in_place": "Change in place",
}

func reviewLine(t *table, row int) string {
	start := value[time.Time](t, "start", row)
	if start == nil {
		t.fail(fmt.Errorf("a miss of %s has no time", t.text("title", row)))
		return ""
	}
	line := fmt.Sprintf("%s missed what began on %s: %s", t.text("title", row), date(*start), reviewWords[t.text("review", row)])
	if change := t.text("change", row); change != "" {
		line += ", " + change
	}
	return line
}

func gateLine(t *table, row int) string {
	title, action := t.text("title", row), t.text("action", row)
	until := value[time.Time](t, "overrideUntil", row)
	switch gate := t.text("gate", row); {
	case until != nil:
		return fmt.Sprintf("%s: %s is allowed by an override until %s, %s", title, action, date(*until), t.text("override", row))
	case gate == "closed":
		return fmt.Sprintf("%s: %s is blocked, %s", title, action, t.text("why", row))
	default:
		return ""
	}
}
