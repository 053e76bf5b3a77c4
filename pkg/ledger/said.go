package ledger

import "github.com/promise-slo/promise-slo-datasource/pkg/upstream"

// said is what the server said beside answers.
type said struct {
	// partial holds the warnings for which an answer is not whole.
	partial []string
	// cut is up to when the server does not have any data, 0 if it did not
	// say.
	cut int64
}

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
		s.cut = max(s.cut, meta.Cut.UnixMilli())
	}
}

func (s *said) merge(o said) {
	s.partial = append(s.partial, o.partial...)
	s.cut = max(s.cut, o.cut)
}
