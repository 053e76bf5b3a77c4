package ledger

import (
	"context"
	"sync"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/guard"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// history says how far back a ledger is wanted beyond what callers wait for, and how
// far that has come. It is safe for concurrent use.
type history struct {
	mu sync.Mutex
	// from is how far back it is wanted, 0 if not at all, and asked when somebody
	// last wanted it.
	from, asked int64
	// searched is the time back to which the server has nothing before what is sealed.
	searched int64
	// retry says when to go on after a failure or without memory, and tried when it
	// was last tried.
	retry schedule
	tried int64
}

const (
	// longestHistoryRetry is the longest pause after a failure, and refusedFor the one
	// after a refusal.
	longestHistoryRetry = time.Hour
	refusedFor          = 24 * time.Hour
)

// want notes that somebody wants the history since a time.
func (h *history) want(from, now int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.from == 0 || from < h.from || !h.isAsked(now) {
		h.from = from
	}
	h.asked = now
}

// isAsked reports whether somebody wanted it lately. The caller holds the lock.
func (h *history) isAsked(now int64) bool {
	return h.from != 0 && now-h.asked <= maintainedFor.Milliseconds()
}

// isOpen reports whether it is wanted further back than a time, and there may be
// something. The caller holds the lock.
func (h *history) isOpen(sealedFrom, now int64) bool {
	return h.isAsked(now) && sealedFrom != 0 && h.from < min(sealedFrom, h.searched)
}

// growing reports whether it is being extended from a time back, and has not failed.
func (h *history) growing(sealedFrom, now int64) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.isOpen(sealedFrom, now) && h.retry.pause == 0
}

// due returns how far back it is to be extended now, and when that was last tried; ok
// is false if it is not.
func (h *history) due(sealedFrom, now int64) (from, tried int64, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.from, h.tried, h.isOpen(sealedFrom, now) && h.retry.isDue(now)
}

// goOn notes that something was found.
func (h *history) goOn(now int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.retry, h.tried = schedule{}, now
}

// pause leaves it alone for a while, each time for longer.
func (h *history) pause(now int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.retry.backOff(now, longestHistoryRetry)
	h.tried = now
}

// rest leaves it alone for a day.
func (h *history) rest(now int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.retry, h.tried = scheduleAfter(now, refusedFor), now
}

// end notes that there is nothing more to find back to a time.
func (h *history) end(searched, now int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.searched, h.retry, h.tried = searched, schedule{}, now
}

// historyPiece describes the next time to be counted.
type historyPiece struct {
	window
	// lo is how far back the history is wanted.
	lo    int64
	by    sources
	bytes int64
}

// ExtendHistory counts one more piece of the time before what is sealed, if somebody
// wants it and there is room for so many bytes. It keeps no caller waiting: the
// server is asked outside the ledger's turn. What is not whole is not kept. After a
// refusal it does nothing for a day, and nothing else changes.
func (l *Ledger) ExtendHistory(ctx context.Context, room func(bytes int64) bool) error {
	piece, ok, err := l.nextPiece(ctx)
	if err != nil || !ok {
		return err
	}
	now := l.now()
	if !room(piece.bytes) {
		l.history.pause(now)
		return nil
	}
	found, err := l.countPiece(ctx, piece)
	switch {
	case ctx.Err() != nil:
	case err != nil && isRefusal(err):
		l.history.rest(now)
	case err != nil || found == nil:
		l.history.pause(now)
	default:
		err = l.keepPiece(ctx, piece, found)
	}
	return err
}

// nextPiece returns the piece to count; ok is false if none is wanted, or somebody
// waits for the ledger.
func (l *Ledger) nextPiece(ctx context.Context) (p historyPiece, ok bool, err error) {
	err = l.with(ctx, func(now int64) {
		lo, _, due := l.history.due(l.account.sealed.first, now)
		if !due || l.queue.busy() {
			return
		}
		if l.earliest != 0 { // a caller found out that there is nothing before
			l.history.rest(now)
			return
		}
		sealed, own := l.account.sealed, l.sources.own
		p.lo = floor(lo, own.step)
		p.window = l.windowBefore(p.lo)
		p.by, ok = l.sources.apart(newGroups(l.account.groups.most)), true
		p.bytes = (p.last - p.first) / own.step * int64(stepBytes+countBytes*(len(sealed.segments)+len(sealed.events)))
	})
	return p, ok, err
}

// apart returns sources that count what is before all that is known, with groups of
// their own.
func (s *sources) apart(g *groups) sources {
	back := s.own.fresh()
	back.groups, back.lead, back.head = g, leadInBack, longestRequest
	own := &ownSource{walker: back, sliced: s.own.sliced}
	return sources{own, &recordedSource{ownSource: own, known: s.records.known, fingerprint: s.records.fingerprint, probed: s.records.probed}}
}

// foundPiece holds what was counted of a piece.
type foundPiece struct {
	batches []*batch
	// begins says that the server has nothing before.
	begins bool
}

// countPiece counts a piece, and asks whether there is anything before it if it
// begins without data. It returns nil if an answer was partial.
func (l *Ledger) countPiece(ctx context.Context, p historyPiece) (found *foundPiece, err error) {
	defer guard.Recover(&err)
	found = &foundPiece{}
	if err := p.by.count(ctx, p.window, func(b *batch) { found.batches = append(found.batches, b) }); err != nil {
		return nil, err
	}
	begin := p.last
	for i := len(found.batches) - 1; i >= 0; i-- {
		b := found.batches[i]
		if b.isPartial() {
			return nil, nil
		}
		if at, ok := b.dataBegin(); ok {
			begin = at
		}
	}
	switch {
	case begin-p.first < day:
	case begin-day <= p.lo:
		found.begins = p.first == p.lo
	default:
		exists, err := l.fetch.anyData(ctx, p.lo, begin-day)
		if err != nil {
			return nil, err
		}
		found.begins = !exists
	}
	return found, nil
}

// keepPiece puts what was found before what is sealed, unless that has changed.
func (l *Ledger) keepPiece(ctx context.Context, p historyPiece, found *foundPiece) error {
	return l.with(ctx, func(now int64) {
		sealed := l.account.sealed
		if sealed.first != p.last || sealed.after != p.until {
			return
		}
		earlier := sealed.emptyAt(p.first)
		for _, b := range found.batches {
			earlier.append(b.regroup(p.by.own.groups, l.account.groups, l.plan.GroupBy))
		}
		l.history.goOn(now)
		if found.begins {
			earlier.dropBefore(earlier.dataBegin())
			l.history.end(p.lo, now)
		}
		sealed.prepend(earlier)
		l.maintenance.check.planRandom(earlier.first, p.last)
		l.updateSize()
	})
}

// isRefusal reports whether asking again would not help.
func isRefusal(err error) bool {
	kind, ok := upstream.KindOf(err)
	if !ok {
		return true
	}
	switch kind {
	case upstream.Unreachable, upstream.Throttled, upstream.Unavailable, upstream.Truncated, upstream.Canceled, upstream.Timeout:
		return false
	default:
		return true
	}
}
