package definition

import (
	"fmt"
	"strconv"
	"strings"
)

// readPercent is a target in per cent, as a share.
func readPercent(v value) float64 {
	const hint = "write a percentage of more than 0 and less than 100, such as 99.9"
	n, ok := v.percentage()
	share := hundredth(strings.TrimSpace(v.scalar()), n)
	switch {
	case !ok:
		return 0
	case n == 0:
		v.fail("a target of 0 % promises nothing", hint)
	case n > 0 && n < 1:
		v.warn(fmt.Sprintf("is %s %%, not a share", v.node.Value), "write "+percentage(n)+" if that is meant")
	}
	return checkTarget(v, share, ok, hint)
}

// percentage is a number that may be in quotes; ok is false if there is none.
func (v value) percentage() (n float64, ok bool) {
	if !v.isText() {
		return v.number()
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(v.node.Value), 64)
	if err != nil {
		v.fail(quoted(v.node.Value)+" is not a number", "write a plain number, without a sign such as %")
		return 0, false
	}
	return n, true
}
