package ledger

import "github.com/promise-slo/promise-slo-datasource/pkg/upstream"

// caveats holds what a reader must know of answers.
type caveats struct {
	// partial holds the warnings that came with partial answers.
	partial []string
	// retainedFrom is the time before which the server has no data any more, 0 if
	// it did not say so.
	retainedFrom int64
}

// isPartial reports whether some answer was partial.
func (s caveats) isPartial() bool { return len(s.partial) > 0 }

// add adds what a server said about an answer.
func (s *caveats) add(meta upstream.Meta) {
	if meta.Partial {
		s.partial = append(s.partial, meta.Warnings...)
		if len(meta.Warnings) == 0 {
			s.partial = append(s.partial, "the server says that its answer is partial")
		}
	}
	if !meta.Cut.IsZero() {
		s.retainedFrom = max(s.retainedFrom, meta.Cut.UnixMilli())
	}
}

// merge adds the caveats of other answers.
func (s *caveats) merge(o caveats) {
	s.partial = append(s.partial, o.partial...)
	s.retainedFrom = max(s.retainedFrom, o.retainedFrom)
}
