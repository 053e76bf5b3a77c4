package guard_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/guard"
)

func TestFunc(t *testing.T) {
	var nothing map[string]int
	tests := []struct {
		name string
		f    func() error
		want string
	}{
		{"no error", func() error { return nil }, ""},
		{"an error", func() error { return io.EOF }, "EOF"},
		{"a panic", func() error { panic("no way") }, "the plugin failed: no way; please report this"},
		{"a panic of the runtime", func() error { nothing["a"]++; return nil }, "assignment to entry in nil map"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := guard.Func(test.f)()
			if (err != nil) != (test.want != "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Fatalf("error is %v, want %q", err, test.want)
			}
			if p, ok := errors.AsType[*guard.PanicError](err); ok && !strings.Contains(p.Stack, "guard_test.go") {
				t.Errorf("the stack does not tell where:\n%s", p.Stack)
			}
		})
	}
}
