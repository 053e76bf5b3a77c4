package yamldoc_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
)

// root returns the first document of a file.
func root(t *testing.T, text string) yamldoc.Value {
	t.Helper()
	for v := range yamldoc.Documents("a.yaml", []byte(text)) {
		return v
	}
	t.Fatal("there is no document")
	return yamldoc.Value{}
}

func TestGettersReportWhatIsWrong(t *testing.T) {
	name := yamldoc.Form{Pattern: regexp.MustCompile(`^[a-z]+$`), Name: "a name", Hint: "write small letters"}
	tests := []struct {
		name, document string
		get            func(yamldoc.Object)
		want           string
	}{
		{"text", "a: b", func(o yamldoc.Object) { o.Get("a").Text() }, ""},
		{"missing text", "b: 1", func(o yamldoc.Object) { o.Get("a").Text() }, ""},
		{"number as text", "a: 5", func(o yamldoc.Object) { o.Get("a").Text() }, `a.yaml:1: a: is a number, not text; put it in quotes: "5"`},
		{"list as text", "a: [b]", func(o yamldoc.Object) { o.Get("a").Text() }, "a.yaml:1: a: is a list, not text; write a single text"},
		{"own hint", "a: 5", func(o yamldoc.Object) { o.Get("a").WithHint("write a team").Text() }, "a.yaml:1: a: is a number, not text; write a team"},
		{"needed", "b: 1", func(o yamldoc.Object) { o.Need("a", "write a") }, "a.yaml:1: a: is missing; write a"},
		{"needed, null", "b: 1\na:", func(o yamldoc.Object) { o.Need("a", "write a") }, "a.yaml:2: a: is missing; write a"},
		{"needed text, empty", "a: ' '", func(o yamldoc.Object) { o.NeedText("a", "write a") }, "a.yaml:1: a: is empty; write a"},
		{"form", "a: b", func(o yamldoc.Object) { o.Get("a").Match(name) }, ""},
		{"other form", "a: B", func(o yamldoc.Object) { o.Get("a").Match(name) }, `a.yaml:1: a: "B" is not a name; write small letters`},
		{"form, empty", "a: ''", func(o yamldoc.Object) { o.Get("a").Match(name) }, "a.yaml:1: a: is empty; write small letters"},
		{"form of a number", "a: 5", func(o yamldoc.Object) { o.Get("a").Match(name) }, "a.yaml:1: a: is a number, not text; write small letters"},
		{"number", "a: 1e3", func(o yamldoc.Object) { o.Get("a").Number() }, ""},
		{"infinite", "a: .inf", func(o yamldoc.Object) { o.Get("a").Number() }, "a.yaml:1: a: .inf is not a finite number; write a plain number"},
		{"text as a number", "a: 5%", func(o yamldoc.Object) { o.Get("a").Number() }, "a.yaml:1: a: is text, not a number; write a plain number, without quotes or a sign such as %"},
		{"text as true", "a: 'yes'", func(o yamldoc.Object) { o.Get("a").Bool() }, "a.yaml:1: a: is text, not true or false; write true or false, without quotes"},
		{"choice", "a: goood", func(o yamldoc.Object) { o.Get("a").Choice("good", "bad") }, `a.yaml:1: a: "goood" is not one of good, bad; did you mean good?`},
		{"text as a list", "a: b", func(o yamldoc.Object) { o.Get("a").List() }, "a.yaml:1: a: is text, not a list; write each item after a dash"},
		{"empty item", "a:\n- b\n-", func(o yamldoc.Object) { o.Get("a").List() }, "a.yaml:3: a[1]: is empty; write something after the dash, or remove it"},
		{"text as a mapping", "a: b", func(o yamldoc.Object) { o.Get("a").Object() }, "a.yaml:1: a: is text, not a mapping; write fields as key: value, indented below"},
		{"unknown field", "a: {nam: b}", func(o yamldoc.Object) { o.Get("a").Fields("name") }, "a.yaml:1: a.nam: is not a known field; did you mean name?"},
		{"unlike all fields", "a: {team: b}", func(o yamldoc.Object) { o.Get("a").Fields("name") }, "a.yaml:1: a.team: is not a known field; remove it; known fields are name"},
		{"one of two", "a: 1", func(o yamldoc.Object) { o.One("a", "b") }, ""},
		{"both of two", "a: 1\nb: 2", func(o yamldoc.Object) { o.One("a", "b") }, "a.yaml:2: b: is given as well as a; write only one of them"},
		{"none of two", "c: 1", func(o yamldoc.Object) { o.One("a", "b") }, "a.yaml:1: has none of a, b; write one of them"},
		{"no effect", "a: 1\nb: 2", func(o yamldoc.Object) { o.WarnNoEffect("remove it", "b", "c") }, "a.yaml:2: b: has no effect; remove it"},
		{"each problem once", "a: 5", func(o yamldoc.Object) { o.Get("a").Text(); o.Get("a").Text() }, `a.yaml:1: a: is a number, not text; put it in quotes: "5"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v := root(t, test.document)
			test.get(v.Object())
			var got []string
			for _, p := range v.Report().Problems() {
				got = append(got, p.Error())
			}
			if joined := strings.Join(got, "\n"); joined != test.want {
				t.Errorf("got %s, want %s", joined, test.want)
			}
		})
	}
}

func TestReportOfAValueAlone(t *testing.T) {
	document := root(t, "a: 5")
	own := &yamldoc.Report{}
	document.Object().Get("a").WithReport(own).Text()
	if !own.Failed() || document.Report().Failed() {
		t.Errorf("the report has %v, that of the document %v", own.Problems(), document.Report().Problems())
	}
}

func TestNearest(t *testing.T) {
	known := []string{"errors", "total", "op"}
	for word, want := range map[string]string{"erors": "errors", "Total": "total", "totla": "total", "og": "", "OP": "op", "latency": "", "": ""} {
		if got := yamldoc.Nearest(word, known); got != want {
			t.Errorf("%q is near %q, want %q", word, got, want)
		}
	}
}
