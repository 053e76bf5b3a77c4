package ledger

import "github.com/promise-slo/promise-slo-datasource/pkg/upstream"

// said is what the server said beside answers.
type said struct {
	// partial holds the warnings for which an answer is not whole.
	partial []string
	// cutAt is up to when the server has no data any more, 0 if it did not
	// say.
	cutAt int64
}

// isPartial reports whether some answer was not whole.
func (s said) isPartial() bool { return len(s.partial) > 0 }

// warn keeps the warnings that do not make an answer partial.
func (f *fetcher) warn(meta upstream.Meta) {
	if meta.Partial || !meta.Cut.IsZero() || len(meta.Warnings) == 0 {
		return // told with the steps that it is about
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, w := range meta.Warnings {
		f.warnings[w] = f.now()
	}
}

// hear notes what the server said beside an answer.
func (s *said) hear(meta upstream.Meta) {
	if meta.Partial {
		s.partial = append(s.partial, meta.Warnings...)
		if len(meta.Warnings) == 0 {
			s.partial = append(s.partial, "the server says that its answer is partial")
		}
	}
	if !meta.Cut.IsZero() {
		s.cutAt = max(s.cutAt, meta.Cut.UnixMilli())
	}
}

// merge adds what the server said beside other answers.
func (s *said) merge(o said) {
	s.partial = append(s.partial, o.partial...)
	s.cutAt = max(s.cutAt, o.cutAt)
}
