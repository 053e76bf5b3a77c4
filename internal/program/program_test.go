package program_test

import (
	"os"
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/internal/program"
)

func TestBinaryOfTheEnvironment(t *testing.T) {
	const variable = "PROMISE_ANY"
	p := program.Program{Name: "any", Module: "tools/any", Variable: variable}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(variable, self)
	if got, err := p.Binary(t.Context()); got != self || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	t.Setenv(variable, "/no/such/program")
	if _, err := p.Binary(t.Context()); err == nil || !strings.Contains(err.Error(), variable) {
		t.Errorf("a missing executable gives %v", err)
	}
}

func TestBinaryWithoutItsModule(t *testing.T) {
	t.Chdir(t.TempDir())
	_, err := program.Program{Name: "any", Module: "tools/any", Variable: "PROMISE_ANY"}.Binary(t.Context())
	if err == nil || !strings.Contains(err.Error(), "set PROMISE_ANY") {
		t.Errorf("got %v", err)
	}
}
