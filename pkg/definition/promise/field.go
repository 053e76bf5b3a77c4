package promise

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
)

var notBlank = regexp.MustCompile(`\S`)

// text returns the form of any text that is not empty.
func text(hint string) yamldoc.Form { return yamldoc.Form{Pattern: notBlank, Hint: hint} }

// budgetForm and targetForm describe percentages of a budget and of good events.
var (
	budgetForm = yamldoc.Form{Pattern: regexp.MustCompile(`^(100|[0-9]{1,2}(\.[0-9]+)?) ?%$`), Name: "a share of the budget"}
	targetForm = yamldoc.Form{Pattern: regexp.MustCompile(`^[0-9]{1,2}(\.[0-9]+)? ?%$`), Name: "a target"}
)

// needObject returns the fields of a mapping that must be there.
func needObject(o yamldoc.Object, name, hint string, known ...string) yamldoc.Object {
	return o.Need(name, hint).WithHint(hint).Fields(known...)
}

// needText returns a text that must be there.
func needText(o yamldoc.Object, name string, f yamldoc.Form) string {
	return o.Need(name, f.Hint).Match(f)
}

// readTextOrNumber returns a text, or a number as it is written.
func readTextOrNumber(v yamldoc.Value, hint string) string {
	switch {
	case v.IsNumber():
		v.Number()
		return v.Written()
	case v.IsMapping(), v.IsList():
		v.FailType("text or a number", hint)
		return ""
	}
	return v.Match(text(hint))
}

// readTexts returns the items of a list of texts, none of which may be there
// twice, and where they are.
func readTexts(list yamldoc.Value, f yamldoc.Form) (texts []string, places []yamldoc.Place) {
	var written []string
	for _, item := range list.List() {
		if !item.Present() {
			continue
		}
		if slices.Contains(written, item.Written()) {
			item.Fail("is given twice", "write it once")
		}
		written = append(written, item.Written())
		texts, places = append(texts, item.Match(f)), append(places, item.Place())
	}
	return texts, places
}

// readNumber returns a number, which must be within bounds.
func readNumber(v yamldoc.Value, hint string, within func(float64) bool) float64 {
	n, ok := v.WithHint(hint).Number()
	if ok && !within(n) {
		v.FailRange(hint)
	}
	return n
}

// readShare returns a share, which may be a percentage of a form with its sign; 0
// if it is not valid, which is reported.
func readShare(v yamldoc.Value, f yamldoc.Form, hint string, within func(float64) bool) float64 {
	if !v.IsText() {
		if v.Present() && !v.IsNumber() {
			v.FailType("a number or text", hint)
			return 0
		}
		return readNumber(v, hint, within)
	}
	f.Hint = hint
	digits := strings.TrimSpace(strings.TrimSuffix(v.Match(f), "%"))
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		return 0
	}
	share := format.Hundredth(digits, n)
	if !within(share) {
		v.FailRange(hint)
	}
	return share
}
