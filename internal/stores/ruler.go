package stores

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/internal/program"
)

// Ruler describes a running "thanos rule".
type Ruler struct {
	// Base address of the Prometheus API, without a slash at the end.
	URL           string
	address, grpc string
	binary        string
	args          []string
}

func newRuler(t testing.TB, q *Querier, path string, files []string) *Ruler {
	t.Helper()
	r := &Ruler{binary: path, address: freeAddress(t), grpc: freeAddress(t)}
	r.URL = "http://" + r.address
	r.args = append([]string{"rule", "--data-dir=" + filepath.Join(t.TempDir(), "ruler"), "--query=" + q.URL, `--label=ruler="a"`}, listen(r.address, r.grpc)...)
	for _, file := range files {
		r.args = append(r.args, "--rule-file="+file)
	}
	return r
}

func (r *Ruler) launch(t testing.TB) {
	t.Helper()
	run(t, func(ctx context.Context) bool { return program.Answers(ctx, r.URL+"/-/ready") }, r.binary, r.args...)
}

// SyncRules has mimirtool load files of rules for a tenant, each into the namespace
// of its name. Other namespaces of the tenant stay as they are.
func (s *Server) SyncRules(t testing.TB, tenant string, files ...string) {
	t.Helper()
	names := make([]string, len(files))
	for i, file := range files {
		names[i] = strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	}
	args := []string{"rules", "sync", "--address=" + strings.TrimSuffix(s.URL, "/prometheus"), "--id=" + tenant, "--namespaces=" + strings.Join(names, ",")}
	call(t, mimirtool(), append(args, files...)...)
}

// CheckRules has vmalert check files of rules as it does before it evaluates them.
func CheckRules(t testing.TB, files ...string) {
	t.Helper()
	args := []string{"-dryRun"}
	for _, file := range files {
		args = append(args, "-rule="+file)
	}
	call(t, vmalert(), args...)
}

// call runs a program to its end and logs its last line. If it fails, so does the
// test.
func call(t testing.TB, p program.Program, args ...string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), binary(t, p), args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", p.Name, args, err, out)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	t.Logf("%s: %s", p.Name, lines[len(lines)-1])
}
