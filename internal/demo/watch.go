package demo

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/human"
)

// every says how often the plugin is asked what has changed.
const every = time.Minute

// watch prints what changes until ctx is done.
func (d *demo) watch(ctx context.Context) error {
	fmt.Fprintf(d.out, "\nThe services go on until %s; Ctrl-C ends the demo.\n", d.now.Add(ahead).Format("2 January 15:04"))
	tick := time.NewTicker(every)
	defer tick.Stop()
	var before []statusRow
	for {
		rows, _, err := d.status(ctx, time.Now())
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			return err
		}
		if before != nil {
			fmt.Fprintf(d.out, "%s  %s\n", time.Now().Format("15:04:05"), changes(before, rows))
		}
		before = rows
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// changes says what is different, in a line.
func changes(before, after []statusRow) string {
	old := byName(before)
	var all []string
	for _, r := range after {
		was, known := old[r.SLO]
		delete(old, r.SLO)
		switch text := r.since(was); {
		case !known:
			all = append(all, fmt.Sprintf("%s: new, %s, budget remaining %s", r.SLO, r.State, remaining(r.Remaining)))
		case text != "":
			all = append(all, r.SLO+": "+text)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(old)) {
		all = append(all, name+": gone")
	}
	if len(all) == 0 {
		return "nothing has changed"
	}
	return strings.Join(all, "; ")
}

func byName(rows []statusRow) map[string]statusRow {
	named := map[string]statusRow{}
	for _, r := range rows {
		named[r.SLO] = r
	}
	return named
}

// since says what has changed since an earlier answer, to the digits that
// people read.
func (s statusRow) since(old statusRow) string {
	var all []string
	add := func(name, from, to string) {
		if from != to {
			all = append(all, fmt.Sprintf("%s %s → %s", name, from, to))
		}
	}
	add("state", string(old.State), string(s.State))
	add("budget remaining", remaining(old.Remaining), remaining(s.Remaining))
	return strings.Join(all, ", ")
}

func remaining(v *float64) string {
	if v == nil {
		return "unknown"
	}
	return human.RemainingBudget(*v)
}
