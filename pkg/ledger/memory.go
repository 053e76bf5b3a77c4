package ledger

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/promise-slo/promise-slo-datasource/internal/memlimit"
)

// Memory limits what the ledgers of all stores of a process take together. Where it
// is used up, the least recently used are dropped: first those of ad hoc filters
// and groupings, then those that only dashboards asked for, and last those of alert
// rules. A dropped ledger is filled again when it is asked for. Memory is safe for
// concurrent use.
type Memory struct {
	limit int64

	mu   sync.Mutex
	kept map[*storedLedger]bool
}

// forgetAfter is how long a ledger that nobody asks for is kept.
const forgetAfter = 6 * time.Hour

// NewMemory returns a limit of so many bytes; 0 means 512 MiB, or 40 % of the
// process's memory limit (GOMEMLIMIT) if that is less.
func NewMemory(bytes int64) *Memory {
	if bytes <= 0 {
		bytes = memlimit.Ledgers()
	}
	return &Memory{limit: bytes, kept: map[*storedLedger]bool{}}
}

// purpose says whom a ledger serves. Lower values are dropped first.
type purpose int

const (
	forFilters purpose = iota
	forDashboards
	forAlerts
)

// storedLedger describes a ledger of a store, and when it was last asked for.
type storedLedger struct {
	ledger *Ledger
	store  *Store
	// drop takes the ledger out of its store.
	drop func()
	// scoped says that it has ad hoc filters or a grouping.
	scoped bool
	// used and alerted are the last times at which anybody, or an alert rule, asked
	// for it, in nanoseconds since the epoch.
	used, alerted atomic.Int64
}

// idle returns for how long nobody has asked for the ledger.
func (s *storedLedger) idle(now time.Time) time.Duration {
	return time.Duration(now.UnixNano() - s.used.Load())
}

// purposeAt returns whom the ledger serves at a time.
func (s *storedLedger) purposeAt(now time.Time) purpose {
	switch {
	case time.Duration(now.UnixNano()-s.alerted.Load()) <= forgetAfter:
		return forAlerts
	case s.scoped:
		return forFilters
	}
	return forDashboards
}

// touch notes that somebody asked for a ledger, urgently if it was an alert rule.
func (m *Memory) touch(s *storedLedger, now time.Time, urgent bool) {
	s.used.Store(now.UnixNano())
	if urgent {
		s.alerted.Store(now.UnixNano())
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept[s] = true
}

// trim drops idle ledgers, and others until the rest keeps within the limit or is
// being worked on.
func (m *Memory) trim(now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	total := int64(0)
	var all []*storedLedger
	for s := range m.kept {
		if s.idle(now) > forgetAfter {
			m.drop(s)
			continue
		}
		total += s.ledger.bytes.Load()
		all = append(all, s)
	}
	if total <= m.limit {
		return
	}
	slices.SortFunc(all, func(a, b *storedLedger) int {
		return cmp.Or(cmp.Compare(a.purposeAt(now), b.purposeAt(now)), cmp.Compare(a.used.Load(), b.used.Load()))
	})
	for _, s := range all {
		if total <= m.limit {
			return
		}
		if !s.ledger.queue.busy() {
			total -= s.ledger.bytes.Load()
			m.drop(s)
		}
	}
}

// hasRoom reports whether so many more bytes would leave a quarter of the limit free,
// so that nothing is dropped for them.
func (m *Memory) hasRoom(more int64) bool {
	bytes, limit := m.Usage()
	return bytes+more <= limit-limit/4
}

func (m *Memory) drop(s *storedLedger) {
	delete(m.kept, s)
	s.drop()
}

// forgetStore forgets all ledgers of a store.
func (m *Memory) forgetStore(store *Store) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for s := range m.kept {
		if s.store == store {
			delete(m.kept, s)
		}
	}
}

// Usage returns how many bytes the ledgers take, and how many they may take.
func (m *Memory) Usage() (bytes, limit int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for s := range m.kept {
		bytes += s.ledger.bytes.Load()
	}
	return bytes, m.limit
}
