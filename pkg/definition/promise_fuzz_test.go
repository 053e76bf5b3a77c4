package definition

import "testing"

// No Promise, however broken, takes down its SLO, and what is wrong with it is
// always told in full.
func FuzzPromise(f *testing.F) {
	for _, text := range []string{promised, "apiVersion: promise.slo/v1\nkind: [a]\nspec: {history: [[], {target: .nan, from: !!binary aa}], agreed: {product: ~}}", "apiVersion: promise.slo/v1\nkind: Promise\nmetadata: &m {name: *m}"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		set := Read(File{"a.yaml", []byte(ratio)}, File{"p.yaml", append([]byte("apiVersion: promise.slo/v1\nkind: Promise\n"), content...)}, File{"q.yaml", content})
		if len(set.SLOs) == 0 {
			t.Errorf("the SLO was refused: %v", set.Problems)
		}
		for _, s := range set.SLOs {
			if err := s.Promise.Validate(); err != nil {
				t.Errorf("%s has an invalid promise: %v", s.Name, err)
			}
		}
		for _, p := range set.Problems {
			if p.Message == "" || p.Hint == "" || p.Position.File == "" {
				t.Errorf("%+v does not say all", p)
			}
		}
	})
}
