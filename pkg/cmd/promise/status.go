package main

import (
	"context"
	"fmt"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/catalog"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
)

// status is the subcommand of that name.
type status struct {
	selecting
	At      string `help:"Tell how things stood at this time, such as 2026-03-01T00:00:00Z; the present by default." placeholder:"RFC3339"`
	NoCheck bool   `help:"Do not hold a day of each account against the server's own count."`
	Format  string `help:"How the answer is printed: ${enum}." enum:"table,json" default:"table"`
	connection
}

func (s *status) run(ctx context.Context, w world) error {
	at := w.now().UTC().Truncate(time.Second)
	if s.At != "" {
		var err error
		if at, err = moment("--at", s.At, w.now()); err != nil {
			return err
		}
	}
	client, err := s.client(w.env)
	if err != nil {
		return err
	}
	selected, err := s.selectSLOs(ctx)
	if err != nil {
		return err
	}
	tell(w, selected.problems)
	j := judge{q: client, at: at, check: !s.NoCheck}
	results := during(newProgress(w.stderr, len(selected.slos)), func(p *progress) []result { return j.all(ctx, selected.slos, p) })
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.finish(w, append(results, selected.failures()...), selected.problems, at)
}

// moment reads the time that a flag names, which is not in the future.
func moment(flag, text string, now time.Time) (time.Time, error) {
	at, err := time.Parse(time.RFC3339, text)
	switch {
	case err != nil:
		return at, fmt.Errorf("%s %s is not a time in RFC 3339: write one such as 2026-03-01T00:00:00Z", flag, text)
	case at.After(now):
		return at, fmt.Errorf("%s %s lies in the future: nothing is known of it yet", flag, text)
	case at.Unix() < 0:
		return at, fmt.Errorf("%s %s lies before 1970: there is no data of it", flag, text)
	}
	return at.UTC().Truncate(time.Millisecond), nil
}

// tell prints the errors; warnings are for validate, and would be in the way
// every time that somebody asks how SLOs stand.
func tell(w world, problems []definition.Problem) {
	for _, p := range problems {
		if p.Severity == definition.Error {
			fmt.Fprintln(w.stderr, line(p))
		}
	}
	if n := catalog.Count(problems, definition.Warning); n > 0 {
		fmt.Fprintf(w.stderr, "promise: %s about the definitions; promise validate tells more\n", human.Count(n, "warning"))
	}
}

// finish prints the results and ends the command.
func (s *status) finish(w world, results []result, problems []definition.Problem, at time.Time) error {
	write := writeTable
	if s.Format == "json" {
		write = writeJSON
	}
	if err := write(w, results, at); err != nil {
		return &exit{exitFailed, err.Error()}
	}
	if n := failures(results); n > 0 {
		return &exit{exitFailed, fmt.Sprintf("%d of %d results could not be computed", n, len(results))}
	}
	if catalog.Count(problems, definition.Error) > 0 {
		return &exit{code: exitFailed}
	}
	return nil
}
