package ledger

import (
	"cmp"
	"math"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Memory is what the ledgers of all stores of a process may take together. When
// it is used up, those that were least recently used are let go: first accounts
// of ad hoc filters and groupings, which have their own, then those that only
// dashboards asked for, and last those of alert rules. A ledger that was let go
// is filled anew when it is asked for. It is safe for concurrent use.
type Memory struct {
	limit int64

	mu   sync.Mutex
	kept map[*storedLedger]*Store
}

const (
	// defaultMemory is the limit where the process has none, and
	// memoryShare is the share of its own limit (GOMEMLIMIT) otherwise.
	defaultMemory = 512 << 20
	memoryShare   = 0.4
)

// NewMemory returns a budget of so many bytes; 0 is the default of 512 MiB, or 40 %
// of the process's memory limit (GOMEMLIMIT) if that is less.
func NewMemory(bytes int64) *Memory {
	if bytes <= 0 {
		bytes = defaultMemory
		if limit := debug.SetMemoryLimit(-1); limit < math.MaxInt64 {
			bytes = min(bytes, int64(memoryShare*float64(limit)))
		}
	}
	return &Memory{limit: bytes, kept: map[*storedLedger]*Store{}}
}

// purpose is who a ledger is for, those first that are let go first.
type purpose int

const (
	forFilters purpose = iota
	forDashboards
	forAlerts
)

// storedLedger is a ledger with when, and for whom, it was last asked for.
type storedLedger struct {
	ledger *Ledger
	key    string
	// scoped says that it is of ad hoc filters or a grouping.
	scoped bool
	// used is when it was asked for last, alerted when an alert rule did, in
	// nanoseconds since the epoch.
	used, alerted atomic.Int64
}

// idle returns how long ago the ledger was asked for.
func (s *storedLedger) idle(now time.Time) time.Duration {
	return time.Duration(now.UnixNano() - s.used.Load())
}

// purposeAt returns who the ledger is for at a time.
func (s *storedLedger) purposeAt(now time.Time) purpose {
	switch {
	case time.Duration(now.UnixNano()-s.alerted.Load()) <= forgetAfter:
		return forAlerts
	case s.scoped:
		return forFilters
	}
	return forDashboards
}

// touch notes that a ledger was asked for.
func (m *Memory) touch(s *Store, one *storedLedger, now time.Time, urgent bool) {
	one.used.Store(now.UnixNano())
	if urgent {
		one.alerted.Store(now.UnixNano())
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept[one] = s
}

// trim lets ledgers go until the rest is within the limit, or nothing is left but
// what is being worked on.
func (m *Memory) trim(now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	total := int64(0)
	var all []*storedLedger
	for one, s := range m.kept {
		if one.idle(now) > forgetAfter {
			m.drop(one, s)
			continue
		}
		total += one.ledger.bytes.Load()
		all = append(all, one)
	}
	if total <= m.limit {
		return
	}
	slices.SortFunc(all, func(a, b *storedLedger) int {
		return cmp.Or(cmp.Compare(a.purposeAt(now), b.purposeAt(now)), cmp.Compare(a.used.Load(), b.used.Load()))
	})
	for _, one := range all {
		if total <= m.limit {
			return
		}
		if !one.ledger.queue.busy() {
			total -= one.ledger.bytes.Load()
			m.drop(one, m.kept[one])
		}
	}
}

func (m *Memory) drop(one *storedLedger, s *Store) {
	delete(m.kept, one)
	s.remove(one)
}

// forgetStore forgets all ledgers of a store.
func (m *Memory) forgetStore(s *Store) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for one, of := range m.kept {
		if of == s {
			delete(m.kept, one)
		}
	}
}

// Usage returns how many bytes the ledgers take, and how many they may.
func (m *Memory) Usage() (bytes, limit int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for one := range m.kept {
		bytes += one.ledger.bytes.Load()
	}
	return bytes, m.limit
}

// updateSize notes about how much memory the ledger takes.
func (l *Ledger) updateSize() {
	n := baseBytes + seriesBytes*len(l.series.tracker.All()) + groupBytes*l.groups.count()
	if l.sealed != nil {
		n += stepBytes*len(l.sealed.steps) + knotBytes*len(l.sealed.events) + entryBytes*len(l.sealed.unseen)
		for _, r := range l.sealed.segments {
			n += r.bytes()
		}
	}
	for _, r := range slices.Concat(l.recentFine, l.tail) {
		n += r.bytes()
	}
	for _, edges := range l.fineSteps {
		for _, r := range edges {
			n += r.bytes()
		}
	}
	if l.open != nil {
		for _, cells := range l.open.groups {
			n += knotBytes * len(cells)
		}
	}
	l.bytes.Store(int64(n))
}

const (
	// A ledger takes about so many bytes besides its runs: baseBytes in any
	// case, stepBytes for each step, knotBytes for each knot, entryBytes for a
	// knot by its time, seriesBytes for each series that it follows and
	// groupBytes for each group.
	baseBytes   = 8 << 10
	stepBytes   = 8
	knotBytes   = 24
	entryBytes  = 64
	seriesBytes = 1 << 10
	groupBytes  = 512
)
