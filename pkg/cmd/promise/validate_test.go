package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func TestValidate(t *testing.T) {
	const shop, broken = "testdata/shop.yaml", "testdata/broken.yaml"
	const fine, wrong = "3 valid SLOs, 0 errors, 0 warnings\n", "0 valid SLOs, 1 error, 0 warnings\n"
	tests := []struct {
		name string
		args []string
		code int
		// stdout is how the output begins.
		stdout, stderr string
	}{
		{"valid", []string{shop}, exitFine, "", fine},
		{"invalid", []string{broken}, exitFailed, broken + ":23: spec.objectives[0].target: a target of 100 % leaves no budget", wrong},
		{"annotations", []string{"--format=github", broken}, exitFailed, "::error file=" + broken + ",line=23,col=34,title=too-good::spec.objectives[0].target: a target of 100 %25 leaves", wrong},
		{"valid as JSON", []string{"--format=json", "./testdata//shop.yaml"}, exitFine, "[]\n", fine},
		{"no annotations", []string{"--format=github", shop}, exitFine, "", fine},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := call(t.Context(), t, nil, append([]string{"validate"}, test.args...)...)
			if got.code != test.code || got.stderr != test.stderr || !strings.HasPrefix(got.stdout, test.stdout) || (test.stdout == "") != (got.stdout == "") {
				t.Errorf("got %+v, want %+v", got, test)
			}
			if got.code == exitFailed && strings.Count(got.stdout, "\n") != 1 {
				t.Errorf("%q is not one line", got.stdout)
			}
		})
	}
}

// What SLOs refer to may have a file of its own, without any SLO in it.
func TestValidateWithoutSLOs(t *testing.T) {
	for name, document := range map[string]string{
		"alert windows": "apiVersion: sloth.slok.dev/v1\nkind: AlertWindows\nspec: {sloPeriod: 28d}\n",
		"a data source": "apiVersion: openslo/v1\nkind: DataSource\nmetadata: {name: p}\nspec: {type: Prometheus, connectionDetails: {}}\n",
		"an SLI":        "apiVersion: openslo/v1\nkind: SLI\nmetadata: {name: up}\nspec: {thresholdMetric: {metricSource: {type: Prometheus, spec: {query: up}}}}\n",
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "part.yaml")
			if err := os.WriteFile(path, []byte(document), 0o600); err != nil {
				t.Fatal(err)
			}
			if got := call(t.Context(), t, nil, "validate", path); got.code != exitFine || !strings.HasPrefix(got.stderr, "0 valid SLOs, 0 errors") {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestValidateChecksQueries(t *testing.T) {
	got := call(t.Context(), t, nil, "validate", "testdata")
	lines := strings.Split(strings.TrimSpace(got.stdout), "\n")
	if got.code != exitFailed || len(lines) != 2 || got.stderr != "3 valid SLOs, 2 errors, 0 warnings\n" {
		t.Fatalf("got %+v, want one problem of each broken file", got)
	}
	if want := "testdata/uncountable.yaml:15: query: `topk(3, requests_total{code=\"500\"})`: "; !strings.HasPrefix(lines[1], want) || !strings.Contains(lines[1], "; ") {
		t.Errorf("got %q, want %q, a reason, and how to fix it", lines[1], want)
	}
}

func TestValidateJSON(t *testing.T) {
	got := call(t.Context(), t, nil, "validate", "--format=json", "testdata/broken.yaml")
	var problems []map[string]any
	if err := json.Unmarshal([]byte(got.stdout), &problems); err != nil || len(problems) != 1 {
		t.Fatalf("%v in %s", err, got.stdout)
	}
	want := map[string]any{"severity": "error", "file": "testdata/broken.yaml", "line": 23., "column": 34., "field": "spec.objectives[0].target", "slo": "too-good"}
	for key, value := range want {
		if problems[0][key] != value {
			t.Errorf("%s is %v, want %v", key, problems[0][key], value)
		}
	}
}

func TestProblemsNameFilesAsGiven(t *testing.T) {
	content, err := os.ReadFile("testdata/broken.yaml")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "a.yaml"), content, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Join(folder, ".."))
	base := filepath.Base(folder)
	for _, path := range []string{folder, base, "../" + filepath.Base(filepath.Dir(folder)) + "/" + base} {
		if got := call(t.Context(), t, nil, "validate", path); !strings.HasPrefix(got.stdout, path+"/a.yaml:23: ") {
			t.Errorf("%s: got %+v", path, got)
		}
	}
}

func TestAnnotationsAreEscaped(t *testing.T) {
	p := definition.Problem{
		Severity: definition.Warning, Position: slo.Position{File: "a,b:c%.yaml", Line: 3},
		Message: "100 % of\r\nit: wrong, so", SLO: "x::y",
	}
	const want = "::warning file=a%2Cb%3Ac%25.yaml,line=3,title=x%3A%3Ay::100 %25 of%0D%0Ait: wrong, so"
	if got := annotation(p); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestProblemLine(t *testing.T) {
	p := definition.Problem{Severity: definition.Warning, Position: slo.Position{File: "a.yaml", Line: 3}, Field: "f", Message: "is\nwrong", Hint: "fix it"}
	if got := problemLine(p); got != "a.yaml:3: f: is wrong; fix it (warning)" {
		t.Errorf("got %q", got)
	}
}

// TestValidateExpensiveText checks queries that keep a parser busy, and files without
// an end.
func TestValidateExpensiveText(t *testing.T) {
	shop, err := os.ReadFile("testdata/shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	query := regexp.MustCompile(`query: '[^']*'`).FindString(string(shop))
	text := func(expr string) string { return strings.Replace(string(shop), query, "query: '"+expr+"'", 1) }
	for name, test := range map[string]struct{ text, want string }{
		"terms":    {text("a" + strings.Repeat("+a", 100_000)), "bytes, and may have 65536"},
		"brackets": {text(strings.Repeat("(", 1_000_000)), "bytes, and may have 65536"},
		"signs":    {text(strings.Repeat("-", 60_000) + "a"), "the query has 60001 names, numbers, operators and brackets"},
		"a query":  {text("a{b=\"" + strings.Repeat("x", 4_000_000) + "\"}"), "bytes, and may have 65536"},
		"too much": {strings.Repeat("# nothing\n", 1_000_000), "is larger than 4194304 bytes and was not read"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.yaml")
			if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			got := call(t.Context(), t, nil, "validate", path)
			if got.code != exitFailed || !strings.Contains(got.stdout, test.want) || len(got.stdout) > 2000 {
				t.Errorf("%d: %.2000s, not %q", got.code, got.stdout, test.want)
			}
		})
	}
	pipe := filepath.Join(t.TempDir(), "a.yaml")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("no named pipes here: ", err)
	}
	for path, want := range map[string]string{
		pipe: "is a named pipe, not a regular file, and was not read", filepath.Dir(pipe): "is a named pipe", "/dev/zero": "is a device",
	} {
		if got := call(t.Context(), t, nil, "validate", path); got.code != exitFailed || !strings.Contains(got.stdout, want) {
			t.Errorf("%s: %+v, not %q", path, got, want)
		}
	}
}
