package promql

import (
	"testing"

	"pgregory.net/rapid"
)

func TestSubstitute(t *testing.T) {
	tests := []struct{ expr, want string }{
		{`x[5m]`, `x[5m]`},
		{`x[{{.window}}]`, `x[0000000005m]`},
		{`x[ {{ .window }} ]`, `x[ 000000000005m ]`},
		{`x[$window]`, `x[000005m]`},
		{`x[${window}]`, `x[00000005m]`},
		{`x[$__rate_interval]`, `x[000000000000005m]`},
		{`x[${__range:raw}:$__interval]`, `x[0000000000005m:0000000001m]`},
		{"x{a=\"$b\\\"[$c]\"} # $d\n + y{a='{{.e}}',b=`\\`}[$__window]", "x{a=\"$b\\\"[$c]\"} # $d\n + y{a='{{.e}}',b=`\\`}[00000005m]"},
		{`x # $d`, `x # $d`},
		{`x{a="$b`, `x{a="$b`},
	}
	for _, tt := range tests {
		t.Run(tt.expr, func(t *testing.T) {
			got, _, err := substitute(written(tt.expr))
			if err != nil {
				t.Fatal(err)
			}
			if got != tt.want {
				t.Errorf("%s, not %s", got, tt.want)
			}
		})
	}
}

func TestPlaceholdersKeepPositions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(templateNames).Draw(t, "name")
		space := rapid.StringMatching(`[ \n]{0,3}`)
		form := rapid.SampledFrom([]string{"$" + name, "${" + name + "}", "{{" + space.Draw(t, "open") + "." + name + space.Draw(t, "close") + "}}"}).Draw(t, "form")
		expr := "rate(x[" + space.Draw(t, "before") + form + space.Draw(t, "after") + "])"
		text, found, err := substitute(written(expr))
		if err != nil || len(found) != 1 || len(text) != len(expr) {
			t.Fatalf("%s becomes %s with %v (%v)", expr, text, found, err)
		}
		tree, err := newParser().ParseExpr(text)
		if err != nil || tree.String() != "rate(x[5m])" {
			t.Fatalf("%s is read as %v (%v)", text, tree, err)
		}
		if got := expr[found[0].start:found[0].end]; got != form {
			t.Fatalf("the template is %s, not %s", got, form)
		}
	})
}
