package promise_test

import (
	"slices"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/deftest"
)

// However broken a Promise is, its SLO is read or refused with an error of its own,
// and each problem has a message and a hint.
func FuzzPromise(f *testing.F) {
	for _, text := range []string{deftest.Promise, "apiVersion: promise.slo/v1\nkind: [a]\nspec: {history: [[], {target: .nan, from: !!binary aa}], agreed: {product: ~}}", "apiVersion: promise.slo/v1\nkind: Promise\nmetadata: &m {name: *m}"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		set := definition.Read(deftest.File("a.yaml", deftest.Ratio), deftest.File("p.yaml", string(append([]byte("apiVersion: promise.slo/v1\nkind: Promise\n"), content...))), deftest.File("q.yaml", string(content)))
		named := slices.ContainsFunc(set.Problems, func(p definition.Problem) bool { return p.Position.File == "a.yaml" && p.SLO == "checkout" })
		if len(set.SLOs)+len(set.Refused) != 1 || named != (len(set.SLOs) == 0) {
			t.Errorf("%d SLOs: %v", len(set.SLOs), set.Problems)
		}
		for _, s := range set.SLOs {
			if err := s.Promise.Validate(); err != nil {
				t.Errorf("%s has an invalid promise: %v", s.Name, err)
			}
		}
		for _, p := range set.Problems {
			if p.Message == "" || p.Hint == "" || p.Position.File == "" {
				t.Errorf("%+v lacks a message, hint or file", p)
			}
		}
	})
}
