package ledger

import "context"

// sources combines the plan's own series and the records of them: time that is
// recorded is read from records, and the rest is counted from the plan's own
// series.
type sources struct {
	own     *ownSource
	records *recordedSource
}

// count counts the events of a window and passes batches of its steps to done, in
// order. The window's events may begin or end anywhere.
func (s *sources) count(ctx context.Context, w window, done func(*batch)) error {
	step := s.own.step
	steps, err := s.records.steps(ctx, w.first, w.last)
	if err != nil {
		return err
	}
	for _, r := range splitBySource(steps, w, int(leadIn.Milliseconds()/step)) {
		from := source(s.own)
		if r.recorded {
			from = s.records
		}
		if err := from.count(ctx, r.window(steps, w, step), done); err != nil {
			return err
		}
	}
	return nil
}

// fineCells counts the events of a window of one step in small cells.
func (s *sources) fineCells(ctx context.Context, w window) (*batch, error) {
	b, ok, err := s.records.fineCells(ctx, w)
	if err == nil && !ok {
		b, _, err = s.own.fineCells(ctx, w)
	}
	return b, err
}

// recent returns what happened after a boundary up to now; steps up to the limit may
// be sealed. Records serve if they go on without a gap. Otherwise the plan's own
// series do, up to where records begin again; what these say is then the second
// result, which is else zero.
func (s *sources) recent(ctx context.Context, since boundary, limit, now int64) (r, resumed recentData, err error) {
	until := boundary{limit, limit}
	r, ok, err := s.records.recent(ctx, since, until, now)
	if ok || err != nil {
		return r, resumed, err
	}
	again, resumes := s.records.resume(until, now)
	if resumes = resumes && limit > since.last; resumes {
		until = again
	}
	if r, _, err = s.own.recent(ctx, since, until, now); err != nil {
		return r, resumed, err
	}
	if resumes && r.sealed != nil && r.sealed.window == (window{since.last, until.last, since.after, until.after}) {
		resumed = s.records.recentFrom(until, boundary{limit, limit}, now)
	}
	return r, resumed, nil
}
