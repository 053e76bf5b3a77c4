package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

const samples = "../../definition/testdata/"

// names returns the names of SLOs and objectives.
func names(t *testing.T, folder string) []string {
	t.Helper()
	got := call(t.Context(), t, nil, "status", "--prometheus=http://127.0.0.1:1", "--definitions", folder, "--format=json")
	var rows []struct{ SLO, Objective string }
	if err := json.Unmarshal([]byte(got.stdout), &rows); err != nil {
		t.Fatalf("%v in %+v", err, got)
	}
	var all []string
	for _, r := range rows {
		all = append(all, r.SLO+"/"+r.Objective)
	}
	return all
}

func TestConvert(t *testing.T) {
	for _, from := range []string{samples + "sloth/home-wifi.yml", samples + "sloth/multifile.yml", samples + "pyrra", "testdata/shop.yaml"} {
		t.Run(from, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "new", "folder")
			got := call(t.Context(), t, nil, "convert", "--to=openslo", "--out", out, from)
			if got.code != exitFine || got.stdout != "" {
				t.Fatalf("got %+v", got)
			}
			if valid := call(t.Context(), t, nil, "validate", out); valid.code != exitFine {
				t.Errorf("what was written is not valid: %+v", valid)
			}
			if before, after := names(t, from), names(t, out); len(before) == 0 || !sameElements(before, after) {
				t.Errorf("%v became %v", before, after)
			}
		})
	}
}

func sameElements(a, b []string) bool {
	count := func(all []string) map[string]int {
		n := map[string]int{}
		for _, s := range all {
			n[s]++
		}
		return n
	}
	return reflect.DeepEqual(count(a), count(b))
}

func TestConvertPrintsOneStream(t *testing.T) {
	from := samples + "sloth/multifile.yml"
	got := call(t.Context(), t, nil, "convert", "--to=openslo", from)
	file := filepath.Join(t.TempDir(), "all.yaml")
	if err := os.WriteFile(file, []byte(got.stdout), 0o600); err != nil {
		t.Fatal(err)
	}
	if before, after := names(t, from), names(t, file); len(before) < 2 || !sameElements(before, after) {
		t.Errorf("%v became %v", before, after)
	}
	if again := call(t.Context(), t, nil, "convert", "--to=openslo", file); again.stdout != got.stdout || again.code != exitFine {
		t.Errorf("what was converted changes when it is converted again:\n%s\n%s", got.stdout, again.stdout)
	}
}

func TestConvertPrintsProblems(t *testing.T) {
	got := call(t.Context(), t, nil, "convert", "--to=openslo", "testdata/shop.yaml", "testdata/broken.yaml")
	if got.code != exitFailed || !strings.HasPrefix(got.stderr, "testdata/broken.yaml:23: spec.objectives[0].target: a target of 100 % leaves no budget") {
		t.Errorf("got %+v", got)
	}
	if strings.Contains(got.stdout, "too-good") || strings.Count(got.stdout, "kind: SLO") != 3 {
		t.Errorf("got\n%s", got.stdout)
	}
}

// Fields that have no place in what is written are listed, a line each, and change
// neither it nor the exit status.
func TestConvertListsWhatHasNoPlace(t *testing.T) {
	text := "apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\nmetadata: {name: cache, uid: a}\nspec:\n  target: '99.9'\n  window: 4w\n" +
		"  indicator: {ratio: {errors: {metric: bad}, total: {metric: all}}}\n  alerting: {absent: false}\n---\napiVersion: openslo/v1\nkind: AlertPolicy\nmetadata: {name: p}\nspec: {}\n"
	file := filepath.Join(t.TempDir(), "a.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got := call(t.Context(), t, nil, "convert", "--to=openslo", file)
	const end = ": has no place in OpenSLO and is left out\n"
	want := file + ":3: metadata.uid" + end + file + ":8: spec.alerting.absent" + end + file + ":10: the document" + end
	if got.code != exitFine || !strings.HasSuffix(got.stderr, want) || strings.Count(got.stdout, "kind: SLO") != 1 {
		t.Errorf("got %+v, want at the end\n%s", got, want)
	}
	if valid := call(t.Context(), t, nil, "validate", file); strings.Contains(valid.stdout+valid.stderr, "no place") {
		t.Errorf("validate lists it, too: %+v", valid)
	}
}

// What cannot be counted is left out, as the help says, and named.
func TestConvertLeavesOutWhatCannotBeCounted(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.yaml")
	text := "version: prometheus/v1\nservice: s\nslos:\n"
	for name, query := range map[string]string{"fine": "sum(rate(a[{{.window}}]))", "peak": "max(rate(a[{{.window}}]))"} {
		text += "- {name: " + name + ", objective: 99, alerting: {}, sli: {events: {error_query: '" + query + "', total_query: 'sum(rate(b[{{.window}}]))'}}}\n"
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got := call(t.Context(), t, nil, "convert", "--to=openslo", file)
	if got.code != exitFailed || !strings.Contains(got.stdout, "name: s-fine") || strings.Contains(got.stdout, "s-peak") || !strings.Contains(got.stderr, "max over") {
		t.Errorf("got %+v", got)
	}
}

func TestConvertKeepsExistingFiles(t *testing.T) {
	out := t.TempDir()
	file := filepath.Join(out, "shop.yaml")
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := call(t.Context(), t, nil, "convert", "--to=openslo", "--out", out, "testdata/shop.yaml")
	entries, err := os.ReadDir(out)
	content, readErr := os.ReadFile(file)
	if err != nil || readErr != nil || len(entries) != 1 || string(content) != "mine" {
		t.Errorf("%v, %v, %v, %s", err, readErr, entries, content)
	}
	if got.code != exitFailed || !strings.Contains(got.stderr, "shop.yaml exists already") {
		t.Errorf("got %+v", got)
	}
}

func TestConvertHelp(t *testing.T) {
	got := call(t.Context(), t, nil, "convert", "--help")
	if got.code != exitFine || !strings.Contains(got.stdout, "promise convert --to openslo --out slos/") {
		t.Errorf("got %+v", got)
	}
}

func TestConvertWrongUsage(t *testing.T) {
	for want, args := range map[string][]string{
		"missing flags: --to":    {"convert", "testdata"},
		"--to must be one of":    {"convert", "--to=nobl9", "testdata"},
		"nope: no such file":     {"convert", "--to=openslo", "nope"},
		`expected "<path> ..."`:  {"convert", "--to=openslo"},
		"unknown flag --fromate": {"convert", "--fromate"},
	} {
		if got := call(t.Context(), t, nil, args...); got.code != exitUsage || !strings.Contains(got.stderr, want) || got.stdout != "" {
			t.Errorf("%v: got %+v", args, got)
		}
	}
}
