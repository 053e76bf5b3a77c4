package program_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/internal/program"
)

// never returns false: no process gets ready.
func never(context.Context) bool { return false }

func TestProcessThatEndsSaysWhy(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	p, err := program.Start(t.Context(), func(line string) { lines = append(lines, line) }, self, "-no.such.flag")
	if err != nil {
		t.Fatal(err)
	}
	defer p.Stop()
	if err := p.Await(t.Context(), never); err == nil || !strings.Contains(err.Error(), "exit status 2") {
		t.Errorf("got %v", err)
	}
	if len(lines) == 0 || !strings.Contains(lines[0], "no.such.flag") {
		t.Errorf("its log is %q", lines)
	}
}

func TestProcessEndsWithItsContext(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	p, err := program.Start(ctx, nil, self, "-test.run=^$", "-test.count=1000000000")
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := p.Await(t.Context(), never); err == nil {
		t.Error("the process is ready")
	}
	p.Stop()
	p.Stop()
}

func TestProcessWithoutAnExecutable(t *testing.T) {
	if _, err := program.Start(t.Context(), nil, "/no/such/program"); err == nil {
		t.Error("a missing executable starts")
	}
}
