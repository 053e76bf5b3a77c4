package main

import (
	"context"
	"fmt"
	"time"

	"github.com/prometheus/common/model"

	"github.com/promise-slo/promise-slo-datasource/pkg/catalog"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
)

// status prints the status of SLOs.
type status struct {
	measuring
	At      string         `help:"Time of the status, such as 2026-03-01T00:00:00Z; now by default." placeholder:"RFC3339"`
	History model.Duration `help:"How far back to fill history for the forecast, such as 90d, at most 400d; by default the forecast rests on what the status needs." placeholder:"DURATION"`
	NoCheck bool           `help:"Do not compare a day of each account with the server's own count."`
	Streaks bool           `help:"Look back four windows more, and say how many were kept in a row."`
	Format  string         `help:"Output format: table or json." enum:"table,json" default:"table"`
}

func (s *status) run(ctx context.Context, sys system) error {
	at, err := answerTime(s.At, sys)
	if err != nil {
		return err
	}
	if time.Duration(s.History) > mostHistory {
		return fmt.Errorf("--history %s is too long: write at most 400d", s.History)
	}
	client, selected, err := s.open(ctx, sys)
	if err != nil {
		return err
	}
	e := evaluator{q: client, at: at, history: time.Duration(s.History), check: !s.NoCheck, streaks: s.Streaks}
	results := e.all(ctx, sys, selected.slos)
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.finish(sys, append(results, selected.refusedResults()...), selected.problems, at)
}

// mostHistory is the longest history for a forecast.
const mostHistory = 400 * 24 * time.Hour

// answerTime returns the time that --at gives; now if it is empty.
func answerTime(at string, sys system) (time.Time, error) {
	if at == "" {
		return sys.now().UTC().Truncate(time.Second), nil
	}
	return parseTime("--at", at, sys.now())
}

// parseTime returns the time that a flag gives, which must not be in the future.
func parseTime(flag, text string, now time.Time) (time.Time, error) {
	at, err := time.Parse(time.RFC3339, text)
	switch {
	case err != nil:
		return at, fmt.Errorf("%s %s is not a time in RFC 3339: write one such as 2026-03-01T00:00:00Z", flag, text)
	case at.After(now):
		return at, fmt.Errorf("%s %s lies in the future: write a time that has passed", flag, text)
	case at.Unix() < 0:
		return at, fmt.Errorf("%s %s lies before 1970: write a later one", flag, text)
	}
	return at.UTC().Truncate(time.Millisecond), nil
}

// printErrors prints the errors among problems, and how many warnings there are: these
// are for validate. So are all but the first error of a file that changes no number,
// such as a review that is to be filled in.
func printErrors(sys system, problems []definition.Problem) {
	aside, more := map[string]bool{}, 0
	for _, p := range problems {
		switch file := p.Position.File; {
		case p.Severity != definition.Error:
			continue
		case p.Aside && aside[file]:
			more++
			continue
		case p.Aside:
			aside[file] = true
		}
		fmt.Fprintln(sys.stderr, problemLine(p))
	}
	if more > 0 {
		fmt.Fprintf(sys.stderr, "promise: %s in the definitions; promise validate prints them\n", human.Count(more, "more error"))
	}
	if n := catalog.Count(problems, definition.Warning); n > 0 {
		fmt.Fprintf(sys.stderr, "promise: %s in the definitions; promise validate prints them\n", human.Count(n, "warning"))
	}
}

// finish prints the results, and returns how the command ends.
func (s *status) finish(sys system, results []result, problems []definition.Problem, at time.Time) error {
	write := writeTable
	if s.Format == "json" {
		write = writeJSON
	}
	if err := write(sys, results, at); err != nil {
		return &exit{exitFailed, err.Error()}
	}
	return failure(countErrors(results), len(results), problems)
}

// failure returns how a command ends of whose results some could not be computed, or
// whose definitions have errors; nil if neither holds.
func failure(failed, all int, problems []definition.Problem) error {
	if failed > 0 {
		return &exit{exitFailed, notComputed(failed, all)}
	}
	return failureOf(problems)
}

// failureOf returns how a command ends whose definitions have problems; nil if none of
// them is an error.
func failureOf(problems []definition.Problem) error {
	if catalog.Count(problems, definition.Error) > 0 {
		return &exit{code: exitFailed}
	}
	return nil
}

// notComputed returns a sentence about results that could not be computed.
func notComputed(failed, all int) string {
	if all == 1 {
		return "the result could not be computed"
	}
	return fmt.Sprintf("%d of %d results could not be computed", failed, all)
}
