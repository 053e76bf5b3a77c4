package upstream

import (
	"context"
	"slices"
	"sync"
)

// slots limits the requests at a time. Those who wait for a slot get one in order
// of priority, then of arrival.
type slots struct {
	mu   sync.Mutex
	busy [priorities]int
	// limits how many requests of a priority and all lower ones there may be.
	limits  [priorities]int
	waiting [priorities][]chan struct{}
}

// priorities is the number of priorities; Background, the lowest, has index 0.
const priorities = int(Urgent-Background) + 1

func (p Priority) index() int { return int(p - Background) }

// newSlots returns slots of which Background leaves two to others. Normal leaves
// one of them to Urgent, if there are enough.
func newSlots(concurrency int) *slots {
	normal := concurrency
	if concurrency >= 4 {
		normal--
	}
	return &slots{limits: [priorities]int{max(1, concurrency-2), normal, concurrency}}
}

// acquire waits for a slot, or until the context ends.
func (s *slots) acquire(ctx context.Context, p Priority) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	s.mu.Lock()
	if len(s.waiting[p.index()]) == 0 && s.free(p.index()) {
		s.busy[p.index()]++
		s.mu.Unlock()
		return nil
	}
	mine := make(chan struct{})
	s.waiting[p.index()] = append(s.waiting[p.index()], mine)
	s.mu.Unlock()
	select {
	case <-mine:
		return nil
	case <-ctx.Done():
		s.leave(p, mine)
		return context.Cause(ctx)
	}
}

// leave takes somebody out of the queue, or returns a slot that came too late.
func (s *slots) leave(p Priority, mine chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	queue := s.waiting[p.index()]
	if at := slices.Index(queue, mine); at >= 0 {
		s.waiting[p.index()] = slices.Delete(queue, at, at+1)
	} else {
		s.busy[p.index()]--
	}
	s.wakeWaiting()
}

func (s *slots) release(p Priority) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy[p.index()]--
	s.wakeWaiting()
}

// wakeWaiting gives free slots to those who wait.
func (s *slots) wakeWaiting() {
	for p := priorities - 1; p >= 0; p-- {
		for len(s.waiting[p]) > 0 && s.free(p) {
			close(s.waiting[p][0])
			s.waiting[p] = s.waiting[p][1:]
			s.busy[p]++
		}
	}
}

// free reports whether there is a slot for a priority: neither its own limit nor
// that of a higher one, which includes the lower ones, is reached.
func (s *slots) free(p int) bool {
	busy := 0
	for q := range priorities {
		busy += s.busy[q]
		if q >= p && busy >= s.limits[q] {
			return false
		}
	}
	return true
}
