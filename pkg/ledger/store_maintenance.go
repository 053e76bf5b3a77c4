package ledger

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

const (
	// A ledger is maintained for as long as maintainedFor after it was last asked
	// for.
	maintainedFor = 15 * time.Minute
	maintainEvery = time.Minute
)

// RunMaintenance calls Maintain every minute until the context ends. It passes
// errors to report, which may be nil.
func (s *Store) RunMaintenance(ctx context.Context, report func(error)) {
	tick := time.NewTicker(maintainEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := s.Maintain(ctx); err != nil && ctx.Err() == nil && report != nil {
			report(err)
		}
	}
}

// Maintain does what is due for the ledgers that are in use, one after another, so
// as not to get in the way of callers. It returns the errors of all ledgers whose
// queries failed.
func (s *Store) Maintain(ctx context.Context) error {
	var failed []error
	ctx = upstream.WithPriority(ctx, upstream.Background)
	defer func() { s.opts.Memory.trim(s.opts.Now()) }()
	for _, l := range s.inUse() {
		if err := s.guardLedger(l, func() error { return l.Maintain(ctx) }); err != nil {
			failed = append(failed, err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(failed...)
}

// inUse returns the ledgers that were asked for recently.
func (s *Store) inUse() (all []*Ledger) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.opts.Now()
	for _, key := range slices.Sorted(maps.Keys(s.ledgers)) {
		if one := s.ledgers[key]; one.idle(now) <= maintainedFor {
			all = append(all, one.ledger)
		}
	}
	return all
}
