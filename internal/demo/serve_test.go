package demo

import (
	"context"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// log is an output that several goroutines use.
type log struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// started is a demo whose server has no history.
func started(t *testing.T, out io.Writer) *demo {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: this test starts servers")
	}
	d := &demo{
		Options: Options{Provisioning: "../../provisioning"}, out: &output{out, func() {}},
		folder: builtPlugin(t), dir: t.TempDir(), now: time.Now(),
	}
	for _, do := range []work{d.findServer(t.Context()), d.writeDefinitions, d.startServer(t.Context()), d.startPlugin(t.Context())} {
		if _, err := do(); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(d.server.Stop)
	t.Cleanup(d.plugin.Stop)
	return d
}

// The plugin itself, asked about services of which there is no data.
func TestServicesWithoutDataAreNotHealthy(t *testing.T) {
	var out log
	d := started(t, &out)
	a, err := d.first(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := a.write(d.out); err != nil {
		t.Fatal(err)
	}
	if n := len(regexp.MustCompile(`(?m)^no data `).FindAllString(out.String(), -1)); n != 16 {
		t.Errorf("%d lines of 16 say that there is no data:\n%s", n, out.String())
	}
	if healthy := regexp.MustCompile(`(?m)^ok .*$`).FindString(out.String()); healthy != "" {
		t.Errorf("nobody knows that: %s", healthy)
	}
}

// With a Grafana on this machine it is started; without one its use is told.
func TestServeUntilStopped(t *testing.T) {
	var out log
	d := started(t, &out)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- d.serve(ctx) }()
	waitFor(t, &out, ended, "Ctrl-C ends the demo")
	if address := regexp.MustCompile(`http://\S+:\d+, whose data source says: The server works`).FindString(out.String()); address != "" {
		testGrafana(t, strings.Split(address, ",")[0])
	} else if !strings.Contains(out.String(), "There is no Grafana here") {
		t.Errorf("nothing is said of Grafana:\n%s", out.String())
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func waitFor(t *testing.T, out *log, ended <-chan error, text string) {
	t.Helper()
	for !strings.Contains(out.String(), text) {
		select {
		case err := <-ended:
			t.Fatalf("it ended: %v\n%s", err, out.String())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// testGrafana asks through Grafana's API, as panels do.
func testGrafana(t *testing.T, url string) {
	t.Helper()
	query := strings.NewReader(`{"from": "now-1h", "to": "now", "queries": [
		{"refId": "A", "datasource": {"uid": "promise"}, "queryType": "status", "slos": "{team=\"catalog\"}"}]}`)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/api/ds/query", query)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK || !strings.Contains(string(body), `"images-availability"`) {
		t.Errorf("%s: %s, %v", response.Status, body, err)
	}
}

func TestFindGrafana(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Setenv(homeVariable, "")
	if g, err := findGrafana(); g != nil || err != nil {
		t.Errorf("got %v, %v where there is none", g, err)
	}
	t.Setenv(homeVariable, t.TempDir())
	if _, err := findGrafana(); err == nil || !strings.Contains(err.Error(), homeVariable) {
		t.Errorf("a wrong %s is passed over: %v", homeVariable, err)
	}
}

func TestStartingTellsWhatFailed(t *testing.T) {
	d := &demo{out: &output{&log{}, func() {}}, folder: t.TempDir()}
	err := d.step("Starting the plugin", d.startPlugin(t.Context()))
	if err == nil || !strings.HasPrefix(err.Error(), "Starting the plugin: ") {
		t.Errorf("got %v", err)
	}
}

// A reader that goes away, as "head" does, ends the demo.
func TestClosedOutputEndsTheDemo(t *testing.T) {
	reader, writer := io.Pipe()
	reader.Close()
	ended := false
	if _, err := (&output{writer, func() { ended = true }}).Write([]byte("x")); err == nil || !ended {
		t.Errorf("got %v, ended: %v", err, ended)
	}
}
