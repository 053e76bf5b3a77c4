package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// outcome contains what one call of the command did.
type outcome struct {
	code           int
	stdout, stderr string
}

// now sets the clock of all commands in tests.
var now = time.Date(2026, 6, 17, 11, 7, 42, 0, time.UTC)

func call(ctx context.Context, t *testing.T, env map[string]string, args ...string) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	w := system{stdout: &stdout, stderr: &stderr, env: func(name string) string { return env[name] }, now: func() time.Time { return now }}
	code := run(ctx, args, w)
	return outcome{code, stdout.String(), stderr.String()}
}

func TestWrongUsage(t *testing.T) {
	const server, shop = "--prometheus=http://127.0.0.1:1", "--definitions=testdata/shop.yaml"
	empty := t.TempDir()
	tests := []struct {
		name, want string
		args       []string
	}{
		{"nothing", "expected one of", nil},
		{"unknown command", "unexpected argument bogus", []string{"bogus"}},
		{"unknown flag", "unknown flag --fromat", []string{"status", "--fromat=json"}},
		{"help of the command", "; see promise status --help\n", []string{"status", server, shop, "--selector={team="}},
		{"help without a command", "; see promise --help\n", []string{"bogus"}},
		{"help after a wrong flag", "; see promise ledger verify --help\n", []string{"ledger", "verify", "--fromat=json"}},
		{"unknown format", "--format must be one of", []string{"status", "--format=xml"}},
		{"nothing to validate", `expected "<path> ..."`, []string{"validate"}},
		{"missing file", "nope.yaml: no such file or directory\n", []string{"validate", "nope.yaml"}},
		{"empty folder", "no definition was found in " + empty, []string{"validate", empty}},
		{"no server", "there is no server: give its address with --prometheus or $PROMISE_PROMETHEUS_URL", []string{"status", shop}},
		{"no definitions", "there are no definitions", []string{"status", server}},
		{"missing definitions", "nope: no such file", []string{"status", server, "--definitions=nope"}},
		{"not a URL", "not a URL", []string{"status", "--prometheus=localhost", shop}},
		{"future", "lies in the future", []string{"status", server, shop, "--at=2999-01-01T00:00:00Z"}},
		{"before the epoch", "lies before 1970", []string{"status", server, shop, "--at=1900-01-01T00:00:00Z"}},
		{"not a time", "is not a time in RFC 3339", []string{"status", server, shop, "--at=yesterday"}},
		{"broken selector", "--selector: ", []string{"status", server, shop, "--selector={team="}},
		{"selector without SLOs", `no SLO matches {team="nobody"} (3 defined)`, []string{"status", server, shop, `--selector={team="nobody"}`}},
		{"header without name", "a --header has no name", []string{"status", server, shop, "--header=shop"}},
		{"reserved header", "do not fit together", []string{"status", server, shop, "--header=Authorization: Bearer x"}},
		{"missing token", "--bearer-token-file", []string{"status", server, shop, "--bearer-token-file=nope"}},
		{"user and token", "do not fit together", []string{"status", server, shop, "--user=a:b", "--bearer-token-file=testdata/shop.yaml"}},
		{"missing CA", "nope.pem", []string{"status", server, shop, "--tls-ca=nope.pem"}},
		{"no requests", "--concurrency must be at least 1", []string{"status", server, shop, "--concurrency=0"}},
		{"no time", "--timeout must be more than 0", []string{"status", server, shop, "--timeout=0s"}},
		{"no definitions for rules", "there are no definitions", []string{"rules"}},
		{"two outs", "--out and --out-dir can't be used together", []string{"rules", shop, "--out=a", "--out-dir=b"}},
		{"label without value", "--label cluster is not a label", []string{"rules", shop, "--label=cluster"}},
		{"not a label", "--label =eu is not a label", []string{"rules", shop, "--label==eu"}},
		{"not a Grafana", "--grafana-url grafana is not an address", []string{"rules", shop, "--grafana-url=grafana"}},
		{"delay of less than seconds", "--delay must be a whole number of seconds", []string{"rules", shop, "--delay=1ms"}},
		{"no ruler", `--for must be one of "prometheus","mimir","thanos","vmalert" but got "cortex"`, []string{"rules", shop, "--for=cortex"}},
		{"no rules in a group", "--rules-per-group 0 is too few: write at least 2, or leave it out", []string{"rules", shop, "--rules-per-group=0"}},
		{"not a number of rules", "--rules-per-group", []string{"rules", shop, "--rules-per-group=many"}},
		{"range of less than rules read", "--max-range 10m is too short: rules read 1h at a time", []string{"rules", shop, "--max-range=10m"}},
		{"rules for nobody", `no SLO matches {team="nobody"} (3 defined)`, []string{"rules", shop, `--selector={team="nobody"}`}},
		{"targets without a server", "there is no server", []string{"targets", shop}},
		{"targets of nobody", `there is no SLO named "nobody"`, []string{"targets", server, shop, "--slo=nobody"}},
		{"not a target", "--target most is not a target: write a percentage of at least 0 and below 100, such as 99.7", []string{"targets", server, shop, "--target=most"}},
		{"target of all", "--target 100% is not a target", []string{"targets", server, shop, "--target=100%"}},
		{"target as a share", "--target 0.997 is less than one percent: write a percentage, such as 99.7 for a share of 0.997", []string{"targets", server, shop, "--target=0.997"}},
		{"no history of targets", "write a whole number and a unit, such as 30s or 7d", []string{"targets", server, shop, "--since=-1d"}},
		{"targets in the future", "--at 2999-01-01T00:00:00Z lies in the future", []string{"targets", server, shop, "--at=2999-01-01T00:00:00Z"}},
		{"against nothing", "--against: the definitions cannot be read", []string{"targets", server, shop, "--against=nope"}},
		{"no ledger command", "expected \"verify\"", []string{"ledger"}},
		{"verify without a server", "there is no server", []string{"ledger", "verify", shop}},
		{"verify the future", "--to 2999-01-01T00:00:00Z lies in the future", []string{"ledger", "verify", server, shop, "--to=2999-01-01T00:00:00Z"}},
		{"verify nothing", "--from 2026-01-02T00:00:00Z is not before --to 2026-01-02T00:00:00Z",
			[]string{"ledger", "verify", server, shop, "--from=2026-01-02T00:00:00Z", "--to=2026-01-02T00:00:00Z"}},
		{"verify nobody", `there is no SLO named "nobody"; write one of shop, shop-by-code, shop-by-week`, []string{"ledger", "verify", server, shop, "--selector=nobody"}},
		{"not a duration", "--max-range: not a valid duration string: \"long\": write a whole number and a unit, such as 30s or 7d", []string{"status", server, shop, "--max-range=long"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := call(t.Context(), t, nil, test.args...)
			if got.code != exitUsage || got.stdout != "" || !strings.Contains(got.stderr, test.want) || strings.Count(got.stderr, "\n") != 1 {
				t.Errorf("got %+v, want code 2 and a line with %q", got, test.want)
			}
		})
	}
}

func TestHelpAndVersion(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"validate", "--help"}, {"status", "--help"}, {"rules", "--help"}, {"ledger", "verify", "--help"}, {"version"}, {"--version"}} {
		got := call(t.Context(), t, nil, args...)
		if got.code != exitFine || got.stderr != "" || !strings.Contains(got.stdout, "promise ") {
			t.Errorf("%v: got %+v", args, got)
		}
	}
	if help := call(t.Context(), t, nil, "status", "--help").stdout; !strings.Contains(help, "--at 2026-03-01T00:00:00Z") {
		t.Errorf("there is no example in\n%s", help)
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	got := call(ctx, t, nil, "status", "--prometheus=http://127.0.0.1:1", "--definitions=testdata/shop.yaml")
	if got.code != exitInterrupted || got.stdout != "" || got.stderr != "promise: interrupted\n" {
		t.Errorf("got %+v", got)
	}
}

func TestInterruptedDuringRequest(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // so that the server sees when the client goes away
		cancel()
		<-r.Context().Done()
	}))
	defer server.Close()
	defer cancel()
	begun := time.Now()
	got := call(ctx, t, nil, "status", "--prometheus", server.URL, "--definitions=testdata/shop.yaml", "--format=json")
	if got.code != exitInterrupted || got.stdout != "" || time.Since(begun) > 3*time.Second {
		t.Errorf("after %s: %+v", time.Since(begun), got)
	}
}

func TestProgressOnlyGrows(t *testing.T) {
	p := newProgress(io.Discard, 2)
	first, second := p.reporter(0), p.reporter(1)
	first(5, 10)
	first(1, 10) // another objective of the same SLO
	second(0, 0)
	second(3, 2)
	if p.shares[0] != 0.5 || p.shares[1] != 1 {
		t.Errorf("got %v", p.shares)
	}
}
