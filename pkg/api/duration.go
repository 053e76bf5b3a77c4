package api

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/prometheus/common/model"
)

// Duration is a length of time that JSON writes as PromQL does, such as 30d.
type Duration time.Duration

// UnmarshalJSON reads a string; an empty one is 0.
func (d *Duration) UnmarshalJSON(text []byte) error {
	var written string
	if err := json.Unmarshal(text, &written); err != nil {
		return fmt.Errorf("a duration is %s; write text such as \"5m\" or \"30d\"", text)
	}
	if written == "" {
		*d = 0
		return nil
	}
	parsed, err := model.ParseDuration(written)
	if err != nil {
		return fmt.Errorf("%q is not a duration; write a whole number and a unit, such as 5m or 30d", written)
	}
	*d = Duration(parsed)
	return nil
}

// MarshalText writes the duration as PromQL does.
func (d Duration) MarshalText() ([]byte, error) { return []byte(model.Duration(d).String()), nil }
