package upstream

import (
	"fmt"
	"time"
)

// span is a sequence of n times, step apart, from start; in milliseconds. Both n
// and step are positive.
type span struct{ start, step, n int64 }

func newSpan(start, end time.Time, step time.Duration) (span, error) {
	first, last, width := start.UnixMilli(), end.UnixMilli(), step.Milliseconds()
	if width <= 0 || step%time.Millisecond != 0 {
		return span{}, badSpan("the step %s is not a positive number of whole milliseconds", step)
	}
	if last < first {
		return span{}, badSpan("the range ends at %s, before it starts at %s", end.UTC(), start.UTC())
	}
	return span{start: first, step: width, n: (last-first)/width + 1}, nil
}

func badSpan(format string, args ...any) error {
	return &Error{Kind: BadQuery, Message: fmt.Sprintf(format, args...)}
}

func (s span) end() int64 { return s.start + (s.n-1)*s.step }

// has reports whether t is one of the times.
func (s span) has(t int64) bool {
	return t >= s.start && t <= s.end() && (t-s.start)%s.step == 0
}

// split cuts the span into consecutive parts that keep within the limits; a part
// always has at least one time. 0 means no limit.
func (s span) split(maxPoints int64, maxRange time.Duration) []span {
	size := s.n
	if maxPoints > 0 {
		size = min(size, maxPoints)
	}
	if maxRange > 0 {
		size = min(size, maxRange.Milliseconds()/s.step+1)
	}
	var parts []span
	for at := int64(0); at < s.n; at += size {
		parts = append(parts, s.part(at, min(size, s.n-at)))
	}
	return parts
}

func (s span) size() int64 { return s.n }

// minSize returns the size of a span that cannot be cut.
func (s span) minSize() int64 { return 1 }

func (s span) cut(size int64) []span { return s.split(size, 0) }

func (s span) part(at, n int64) span {
	return span{start: s.start + at*s.step, step: s.step, n: n}
}
