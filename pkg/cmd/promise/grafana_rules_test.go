package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestGrafanaRules(t *testing.T) {
	const of, broken = "--definitions=testdata/shop.yaml", "--definitions=testdata/broken.yaml"
	for name, test := range map[string]struct {
		args   []string
		code   int
		stdout []string
		stderr string
	}{
		"all SLOs":         {nil, exitFine, []string{"#   promise grafana rules\n", "folder: Promises\n", "uid: promise-page", "severity: page\n"}, ""},
		"teams":            {[]string{of}, exitFine, []string{"#   promise grafana rules --definitions testdata/shop.yaml\n", "folder: Promises of payments", `'{team="payments"}'`, `'{team!~"catalogue|payments"}'`}, ""},
		"data source":      {[]string{of, "--datasource=it's"}, exitFine, []string{" --datasource it's\n", "datasourceUid: it's"}, ""},
		"what is invalid":  {[]string{of, broken}, exitFailed, []string{"folder: Promises of payments"}, "testdata/broken.yaml:23: spec.objectives[0].target"},
		"no definitions":   {[]string{"--definitions=nope"}, exitUsage, nil, "nope: no such file"},
		"nowhere to write": {[]string{"--out=testdata/nope/rules.yaml"}, exitFailed, nil, "testdata/nope/rules.yaml: no such file"},
		"help":             {[]string{"--help"}, exitFine, []string{"promise grafana rules --definitions slos/ --out provisioning/alerting/promises.yaml"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := call(t.Context(), t, nil, append([]string{"grafana", "rules"}, test.args...)...)
			if got.code != test.code || !strings.Contains(got.stderr, test.stderr) {
				t.Errorf("got %d, %s", got.code, got.stderr)
			}
			for _, part := range test.stdout {
				if !strings.Contains(got.stdout, part) {
					t.Errorf("%s is missing in\n%s", part, got.stdout)
				}
			}
		})
	}
}

func TestGrafanaRulesFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rules.yaml")
	for range 2 {
		if got := call(t.Context(), t, nil, "grafana", "rules", "--out", path); got.code != exitFine || got.stdout != "" {
			t.Errorf("got %+v", got)
		}
	}
	if content, err := os.ReadFile(path); err != nil || !strings.Contains(string(content), "\napiVersion: 1\n") {
		t.Errorf("%v: %s", err, content)
	}
}
