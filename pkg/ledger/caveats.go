package ledger

import "github.com/promise-slo/promise-slo-datasource/pkg/upstream"

// caveats is what the server said beside answers.
type caveats struct {
	// partial holds the warnings for which an answer is not whole.
	partial []string
	// cutAt is up to when the server has no data any more, 0 if it did not
	// say.
	cutAt int64
}

// isPartial reports whether some answer was not whole.
func (s caveats) isPartial() bool { return len(s.partial) > 0 }

// add notes what the server said beside an answer.
func (s *caveats) add(meta upstream.Meta) {
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
func (s *caveats) merge(o caveats) {
	s.partial = append(s.partial, o.partial...)
	s.cutAt = max(s.cutAt, o.cutAt)
}
