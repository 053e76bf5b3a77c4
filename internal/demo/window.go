package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/human"
)

// closed holds a row of the windows table: a window that is over.
type closed struct {
	title         string
	start, end    time.Time
	target        float64
	sli, consumed *float64
	// Nil if that is not known.
	met *bool
}

// missed asks which windows that closed since a time missed their targets, the
// latest first.
func (d *demo) missed(ctx context.Context, slo string, since, at time.Time) ([]closed, error) {
	f, err := d.ask(ctx, question{kind: "windows", slos: slo, from: since, to: at})
	if err != nil {
		return nil, err
	}
	all, err := read(f, readClosed)
	return slices.DeleteFunc(all, func(c closed) bool { return c.met == nil || *c.met }), err
}

func readClosed(t *table, row int) closed {
	c := closed{
		title: t.text("title", row), met: value[bool](t, "met", row),
		sli: value[float64](t, "sli", row), consumed: value[float64](t, "budgetConsumed", row),
	}
	start, end, target := value[time.Time](t, "start", row), value[time.Time](t, "end", row), value[float64](t, "target", row)
	if start == nil || end == nil || target == nil {
		t.fail(fmt.Errorf("a window of %s has no time or no target", c.title))
		return c
	}
	c.start, c.end, c.target = *start, *end, *target
	return c
}

// String tells the window in a sentence.
func (c closed) String() string {
	text := fmt.Sprintf("%s missed the window of %s to %s: ", c.title, date(c.start), date(c.end))
	if c.sli != nil {
		text += fmt.Sprintf("%s good where %s were promised", human.SLI(*c.sli, c.target), human.Target(c.target))
	}
	if c.consumed != nil {
		text += fmt.Sprintf(", %s of the budget consumed", human.ConsumedBudget(*c.consumed))
	}
	return text + "."
}

func date(t time.Time) string { return t.Format("2 January 2006") }
