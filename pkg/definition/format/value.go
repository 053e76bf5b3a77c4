package format

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Refuse reports an error of package slo, which has its own hint.
func Refuse(r *yamldoc.Report, at yamldoc.Place, err error) {
	var invalid *slo.Invalid
	if errors.As(err, &invalid) {
		r.Fail(at, invalid.What, invalid.Hint)
		return
	}
	r.Fail(at, err.Error(), "")
}

// Query returns a PromQL expression, without white space around it, and where
// its text begins.
func Query(v yamldoc.Value) slo.Query {
	expr := strings.TrimSpace(v.Text())
	if expr == "" {
		if v.IsText() {
			v.Fail("is empty", "write a PromQL expression")
		}
		return slo.Query{}
	}
	return slo.Query{Expr: expr, Source: v.TextStart()}
}

// ShareOfPercent returns a number divided by a hundred; ok is false if there is
// none.
func ShareOfPercent(v yamldoc.Value) (share float64, ok bool) {
	n, ok := v.Number()
	if !ok {
		return 0, false
	}
	return Hundredth(v.Written(), n), true
}

// Hundredth returns a hundredth of the number n, which the text stands for. The
// division is done in decimal, so that 99.9 becomes the same number as 0.999.
func Hundredth(text string, n float64) float64 {
	plain, err := strconv.ParseFloat(text, 64)
	if err != nil || plain != n {
		return n / 100
	}
	if exact, err := strconv.ParseFloat(text+"e-2", 64); err == nil {
		return exact
	}
	return n / 100
}

// Percent returns a share in percent, such as 99.9 for 0.999. The point is moved
// in decimal, so that no digits are made up.
func Percent(share float64) string {
	percent, err := strconv.ParseFloat(strconv.FormatFloat(share, 'f', -1, 64)+"e2", 64)
	if err != nil {
		percent = share * 100
	}
	return strconv.FormatFloat(percent, 'f', -1, 64)
}

// TargetOfPercent returns a target in percent, which may be in quotes, as a
// share.
func TargetOfPercent(v yamldoc.Value) float64 {
	const hint = "write a percentage of more than 0 and less than 100, such as 99.9"
	n, ok := parsePercent(v)
	switch {
	case !ok:
		return 0
	case n == 0:
		v.Fail("a target of 0 % promises nothing", hint)
	case n > 0 && n < 1:
		v.Warn(fmt.Sprintf("is %s %%, not a share", v.Written()), "write "+Percent(n)+" if that is meant")
	}
	return CheckTarget(v, Hundredth(strings.TrimSpace(v.Written()), n), hint)
}

func parsePercent(v yamldoc.Value) (n float64, ok bool) {
	if !v.IsText() {
		return v.Number()
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(v.Written()), 64)
	if err != nil {
		v.Fail(fmt.Sprintf("%q is not a number", v.Written()), "write a plain number, without a sign such as %")
		return 0, false
	}
	return n, true
}

// CheckTarget returns a target, and 0 for one that is out of range, which it
// reports.
func CheckTarget(v yamldoc.Value, share float64, hint string) float64 {
	switch {
	case slo.ValidateTarget(share) == nil:
		return share
	case share == 1:
		v.Fail("a target of 100 % leaves no budget: a single bad event would break it for good", hint)
	default:
		v.FailRange(hint)
	}
	return 0
}
