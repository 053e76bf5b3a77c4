package rules_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/rules"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

const goldenRules = "testdata/shop.rules.yaml"

var update = flag.Bool("update", false, "write the golden files anew")

// read is the SLOs of a file or folder that can be read.
func read(t *testing.T, path string) []slo.SLO {
	t.Helper()
	set, err := definition.Load(t.Context(), os.DirFS(filepath.Dir(path)), filepath.Base(path))
	if err != nil {
		t.Fatal(err)
	}
	if len(set.SLOs) == 0 {
		t.Fatalf("there are no SLOs in %s: %v", path, set.Problems)
	}
	return set.SLOs
}

// written is the file of the SLOs' rules.
func written(t *testing.T, slos []slo.SLO, o rules.Options) string {
	t.Helper()
	groups, refused := rules.Generate(slos, o)
	for _, r := range refused {
		t.Error(r)
	}
	content, err := rules.Write(groups, o.Ruler)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// TestGolden compares what is written for each ruler. What differs shows in the
// simple ones of the SLOs.
func TestGolden(t *testing.T) {
	for ruler, golden := range map[rules.Ruler]string{
		rules.Prometheus: goldenRules,
		rules.Thanos:     goldenRules,
		rules.Mimir:      "testdata/shop.mimir.yaml",
		rules.VMAlert:    "testdata/shop.vmalert.yaml",
	} {
		t.Run(string(ruler), func(t *testing.T) {
			slos := read(t, "testdata/shop.yaml")
			if golden != goldenRules {
				slos = slices.DeleteFunc(slos, func(s slo.SLO) bool { return s.Method != slo.Occurrences })
			}
			got := written(t, slos, rules.Options{
				Ruler: ruler, Delay: ruler.Delay(), RulesPerGroup: ruler.RulesPerGroup(),
				Labels: map[string]string{"cluster": "eu"}, GrafanaURL: "https://grafana.example.com/",
			})
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("run with -update if this is right (- is the golden file):\n%s", diff)
			}
		})
	}
}

// samples are files and folders of definitions.
var samples = []string{
	"testdata/shop.yaml", "../../internal/story/definitions", "../definition/testdata/pyrra", "../definition/testdata/sloth",
}

// countable is the SLOs of a file or folder that have rules.
func countable(t *testing.T, path string) []slo.SLO {
	t.Helper()
	return slices.DeleteFunc(read(t, path), func(s slo.SLO) bool {
		return filepath.Base(s.Source.File) == "victoria-metrics.yml" // has MetricsQL
	})
}

// promtool accepts the rules of every definition that can be read.
func TestPromtoolAcceptsAll(t *testing.T) {
	for _, path := range samples {
		t.Run(path, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "rules.yaml")
			content := written(t, countable(t, path), rules.Options{GrafanaURL: "https://grafana.example.com"})
			if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			out := promtest.Promtool(t, ".", "check", "rules", "--lint=all", "--lint-fatal", file)
			t.Log(strings.TrimSpace(out))
		})
	}
}

// TestAlerts has promtool run the tests of the golden file's rules: which alerts
// fire when, what they say, and what is recorded.
func TestAlerts(t *testing.T) {
	promtest.Promtool(t, "testdata", "test", "rules", "shop.test.yaml")
}
