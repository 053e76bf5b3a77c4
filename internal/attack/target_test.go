package attack_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/promise-slo/promise-slo-datasource/internal/plugin"
)

// target is the plugin's process.
type target struct {
	*plugin.Process
	pid int
	log *alarms
}

// build builds the plugin's executable.
func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "gpx_promise_slo")
	command := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "../../pkg")
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	return binary
}

// launch starts the plugin with the memory that it may have.
func launch(t *testing.T, binary, root string) *target {
	t.Helper()
	log := &alarms{}
	// The end of the test's context would kill it, and leave its socket behind.
	ctx := context.WithoutCancel(t.Context())
	p, err := plugin.StartWith(ctx, binary, plugin.Options{Log: log, Env: []string{
		"GOMEMLIMIT=" + strconv.Itoa(softLimit),
		"PROMISE_LEDGER_MEMORY=" + strconv.Itoa(ledgerLimit>>20) + "MiB",
		"PROMISE_DEFINITIONS_ROOT=" + root,
	}})
	if err != nil {
		t.Fatal(err)
	}
	limitMemory(t, p.PID())
	return &target{Process: p, pid: p.PID(), log: log}
}

// ended reports whether the process is no more.
func (p *target) ended() bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.pid))
	return err != nil || bytes.Contains(text, []byte("\nState:\tZ")) || p.Exited()
}

// rest waits until the heap holds no more than it may at rest. It returns how
// long that took, and what the heap holds then.
func (p *target) rest(t *testing.T, source backend.PluginContext) (back time.Duration, heap int64) {
	t.Helper()
	for began := time.Now(); ; time.Sleep(200 * time.Millisecond) {
		heap, back = p.live(t, source), time.Since(began)
		if heap <= restLimit {
			return back, heap
		}
		if back > restWithin {
			t.Errorf("the heap still holds %s after %s, want at most %s", size(heap), round(back), size(restLimit))
			return back, heap
		}
	}
}

// live returns about what the heap holds without its garbage. A heap at rest is not
// collected for two minutes; this makes garbage enough to have it done.
func (p *target) live(t *testing.T, source backend.PluginContext) int64 {
	t.Helper()
	heap := p.heap(t)
	for range 16 {
		if _, err := p.CallResource(t.Context(), &backend.CallResourceRequest{
			PluginContext: source, Method: "POST", Path: "validate", URL: "validate", Body: bytes.Repeat([]byte("#"), 1<<20),
		}); err != nil {
			t.Fatalf("after the attack: %v", err)
		}
		heap = min(heap, p.heap(t))
	}
	return heap
}

var heapMetric = regexp.MustCompile(`(?m)^go_memstats_heap_alloc_bytes (\S+)$`)

// heap returns how much the plugin's heap holds.
func (p *target) heap(t *testing.T) int64 {
	t.Helper()
	text, err := p.CollectMetrics(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found := heapMetric.FindSubmatch(text)
	if found == nil {
		t.Fatalf("the metrics do not tell the heap:\n%s", text)
	}
	value, err := strconv.ParseFloat(string(found[1]), 64)
	if err != nil {
		t.Fatal(err)
	}
	return int64(value)
}

// resetPeak has the kernel begin anew with the most memory that a process had.
func resetPeak(t *testing.T, pid int) {
	t.Helper()
	if err := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0); err != nil {
		t.Logf("the peak of memory is that of all attacks until now: %v", err)
	}
}

var peakLine = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// peak returns the most memory that a process had.
func peak(t *testing.T, pid int) int64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	found := peakLine.FindSubmatch(text)
	if found == nil {
		t.Fatalf("the peak of memory is not told: %s, %v", text, err)
	}
	kib, err := strconv.ParseInt(string(found[1]), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kib << 10
}

// alarms keeps what must not be in the plugin's log.
type alarms struct {
	mu    sync.Mutex
	rest  []byte
	found []string
}

// alarming are words that the log has of the plugin's own faults only.
var alarming = regexp.MustCompile(`(?i)panic|fatal error|runtime error|DATA RACE`)

// Write implements io.Writer.
func (l *alarms) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest = append(l.rest, p...)
	for {
		line, rest, whole := bytes.Cut(l.rest, []byte("\n"))
		if !whole {
			return len(p), nil
		}
		if alarming.Match(line) {
			l.found = append(l.found, fmt.Sprintf("%.1000s", line))
		}
		l.rest = bytes.Clone(rest)
	}
}

func (l *alarms) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.found = nil
}

func (l *alarms) said() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.found
}

// TestAlarms checks that no panic is overlooked.
func TestAlarms(t *testing.T) {
	l := &alarms{}
	for _, piece := range []string{"a query fai", "led\nA query pan", "icked\n", "fatal error: out of memory\nfine"} {
		if _, err := l.Write([]byte(piece)); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Join(l.said(), "|"); got != "A query panicked|fatal error: out of memory" {
		t.Errorf("got %s", got)
	}
}
