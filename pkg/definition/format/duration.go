package format

import (
	"fmt"
	"time"

	"github.com/prometheus/common/model"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
)

// Duration returns a length of time as Prometheus or Go writes it; ok is false if
// there is none.
func Duration(v yamldoc.Value, such string) (d time.Duration, ok bool) {
	if !v.Present() {
		return 0, false
	}
	if v.IsNumber() {
		v.Fail("has no unit", "write one, such as "+such)
		return 0, false
	}
	text := v.Scalar()
	d, err := parseDuration(text)
	if err != nil {
		if v.IsText() {
			v.Fail(fmt.Sprintf("%q is not a duration", text), "write a number and a unit, such as "+such)
		}
		return 0, false
	}
	return d, true
}

func parseDuration(text string) (time.Duration, error) {
	if d, err := model.ParseDuration(text); err == nil {
		return time.Duration(d), nil
	}
	return time.ParseDuration(text)
}
