package ledger

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/guard"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

const (
	// historyEvery is how often RunHistory looks for something to do, and
	// historyPause the shortest pause between two pieces.
	historyEvery = 5 * time.Second
	historyPause = time.Second
	// After a piece, RunHistory pauses for historyRest times as long as it took, so
	// that a slow server has rest.
	historyRest = 9
)

// WantHistory notes that the accounts of entries are wanted further back, from where a
// span begins, once nobody waits for anything else. It marks those that are being
// extended. Entries of a grouping or filter of a query have no place here.
func (s *Store) WantHistory(entries []budget.Entry, span budget.Span) {
	for i, e := range entries {
		if e.Account == nil || e.Err != nil {
			continue
		}
		l := s.lookUp(e.SLO, e.Objective)
		if l == nil {
			continue
		}
		from, _ := span(e.Terms())
		now := l.now()
		l.history.want(from.UnixMilli(), now)
		entries[i].Growing = l.history.growing(l.sealedFrom.Load(), now)
	}
}

// RunHistory extends what is wanted, a piece at a time, until the context ends. It
// passes errors to report.
func (s *Store) RunHistory(ctx context.Context, report func(error)) {
	for {
		began := time.Now()
		did, err := s.ExtendHistory(ctx)
		if err != nil && ctx.Err() == nil {
			report(err)
		}
		pause := historyEvery
		if did {
			pause = max(historyPause, historyRest*time.Since(began))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// FillHistory extends what is wanted until nothing is left to do, or something fails.
func (s *Store) FillHistory(ctx context.Context) error {
	for {
		did, err := s.ExtendHistory(ctx)
		if err != nil || !did {
			return err
		}
	}
}

// ExtendHistory extends the ledger that has waited for longest by one piece, at the
// lowest priority, and reports whether there was one. It does nothing while anybody
// waits for some ledger. After a failure of the server it leaves all of them alone
// for a while.
func (s *Store) ExtendHistory(ctx context.Context) (did bool, err error) {
	l := s.nextHistory()
	if l == nil {
		return false, nil
	}
	ctx = upstream.WithPriority(ctx, upstream.Background)
	err = guard.Func(func() error { return l.ExtendHistory(ctx, s.opts.Memory.hasRoom) })()
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case err == nil:
		s.historyRetry = schedule{}
	case ctx.Err() == nil && !isRefusal(err):
		s.historyRetry.backOff(s.opts.Now().UnixMilli(), longestHistoryRetry)
	}
	return true, err
}

// nextHistory returns the ledger to extend, nil if there is none at present.
func (s *Store) nextHistory() (next *Ledger) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.historyRetry.isDue(s.opts.Now().UnixMilli()) {
		return nil
	}
	longest := int64(0)
	for _, key := range slices.Sorted(maps.Keys(s.ledgers)) {
		l := s.ledgers[key].ledger
		if l.queue.busy() {
			return nil
		}
		if _, tried, ok := l.history.due(l.sealedFrom.Load(), l.now()); ok && (next == nil || tried < longest) {
			next, longest = l, tried
		}
	}
	return next
}
