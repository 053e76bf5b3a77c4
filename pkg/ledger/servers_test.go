package ledger_test

import (
	"net"
	"net/http"
	"os/exec"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/events"
	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// The ledger counts the same on other servers as on the one that all other
// tests use, although these differ in what a range holds, how far they look
// back and what they do with staleness markers.
func TestOtherServers(t *testing.T) {
	end := time.Now().Add(-time.Hour).Truncate(5 * time.Minute)
	for name, start := range map[string]func(*testing.T) func(func(events.Appender)) string{
		"Prometheus 2":    prometheus2,
		"VictoriaMetrics": victoria,
	} {
		t.Run(name, func(t *testing.T) {
			serve := start(t)
			cases := events.Truths(end)
			counted := make([]*events.Events, len(cases))
			url := serve(func(to events.Appender) {
				for i, c := range cases {
					c.Profile.Start = end.Add(-9 * day)
					e, err := events.Generate(c.Profile)
					if err != nil {
						t.Fatal(err)
					}
					counted[i] = e
					e.Write(to)
					ruler{end.Add(-5*day + phase), end, end.Add(-50 * time.Hour)}.
						record(to, compile(t, shapes(c.Profile.Metric)[0].ratio), e)
				}
			})
			client, err := upstream.New(upstream.Options{URL: url})
			if err != nil {
				t.Fatal(err)
			}
			for i, c := range cases {
				t.Run(c.Name, func(t *testing.T) {
					good, bad := counted[i].Count(end.Add(-7*day), end)
					curve := fill(t, client, shapes(c.Profile.Metric)[0].ratio, end.Add(-7*day), end)
					checkWindow(t, curve, 7*day, end, float64(good), float64(bad))
				})
				t.Run(c.Name+", recorded", func(t *testing.T) {
					now, plan := &clock{at: end}, compile(t, shapes(c.Profile.Metric)[0].ratio)
					l, _ := reading(client, plan, now, ledger.Options{})
					good, bad := counted[i].Count(end.Add(-7*day), end)
					checkWindow(t, mustFill(t, l, end.Add(-7*day), end).Groups[0].Curve, 7*day, end, float64(good), float64(bad))
					since, asked := reading(client, plan, now, ledger.Options{})
					mustFill(t, since, end.Add(-40*time.Hour), end)
					if n := asked.raw.Load(); n != 1 {
						t.Errorf("%d queries beside those about records, want one, whether there are series", n)
					}
				})
			}
		})
	}
}

// prometheus2 is Debian's Prometheus.
func prometheus2(t *testing.T) func(func(events.Appender)) string {
	binary := installed(t, "prometheus")
	return func(data func(events.Appender)) string {
		t.Setenv("PROMISE_PROMETHEUS", binary)
		return promtest.Start(t, func(w *prometheus.Writer) { data(w) }).URL
	}
}

// victoria is Debian's VictoriaMetrics.
func victoria(t *testing.T) func(func(events.Appender)) string {
	binary := installed(t, "victoria-metrics")
	return func(data func(events.Appender)) string {
		address := freeAddress(t)
		server := exec.Command(binary, "-storageDataPath="+t.TempDir(), "-httpListenAddr="+address, "-retentionPeriod=10y")
		if err := server.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _, _ = server.Process.Kill(), server.Wait() })
		url := "http://" + address
		await(t, url+"/health")
		data(pushed{t, &prometheus.Server{URL: url}})
		// What was written is found once it is flushed.
		await(t, url+"/internal/force_flush")
		return url
	}
}

func installed(t *testing.T, name string) string {
	t.Helper()
	binary, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed; it is Debian's package of that name", name)
	}
	return binary
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func await(t *testing.T, url string) {
	t.Helper()
	for range 200 {
		if response, err := http.Get(url); err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("%s does not answer", url)
}

// pushed appends by remote write.
type pushed struct {
	t      *testing.T
	server *prometheus.Server
}

func (p pushed) Append(series labels.Labels, samples ...prometheus.Sample) {
	if err := p.server.Push(p.t.Context(), series, samples...); err != nil {
		p.t.Fatal(err)
	}
}
