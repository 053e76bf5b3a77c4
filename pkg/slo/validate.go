package slo

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strings"
	"time"
)

// Invalid describes a value that is not allowed, why, and what to write instead.
type Invalid struct {
	// Path of the value within what was validated, such as objectives[0].target;
	// empty means the value itself.
	Field string
	What  string
	Hint  string
}

// Error returns "field: what is wrong; what to write instead".
func (e *Invalid) Error() string {
	text := e.What + "; " + e.Hint
	if e.Field == "" {
		return text
	}
	return e.Field + ": " + text
}

// maxWindow bounds windows, so that dates and counts cannot overflow.
const maxWindow = 10 * 366 * 24 * time.Hour

// Validate returns an *Invalid unless the period has a known unit and a count of
// at least 1, and is no longer than ten years.
func (p Period) Validate() error {
	switch {
	case !p.Unit.known():
		return &Invalid{What: fmt.Sprintf("%q is not a unit of time", rune(p.Unit)), Hint: "use one of m, h, d, w, M, Q, Y"}
	case p.Count < 1:
		return &Invalid{What: fmt.Sprintf("a length of %s is empty", p), Hint: "write a number of at least 1"}
	case p.Count > int(maxWindow/time.Minute) || p.mean() > maxWindow:
		return &Invalid{What: fmt.Sprintf("%s is longer than ten years", p), Hint: "write a shorter one"}
	}
	return nil
}

// Validate returns an *Invalid, whose Field is Period or Anchor, unless the
// window's period is valid and, in a calendar window, counts days or longer from
// an anchor of 1970 or later.
func (w Window) Validate() error {
	if err := w.Period.Validate(); err != nil {
		return within("Period", err)
	}
	if !w.Calendar {
		return nil
	}
	if u := w.Period.Unit; u == Minute || u == Hour {
		return &Invalid{
			Field: "Period",
			What:  fmt.Sprintf("a calendar window of %s is not made of whole days", w.Period),
			Hint:  dayHint(w.Period),
		}
	}
	if w.Anchor.Year() < 1970 || w.Anchor.Year() > 9999 {
		return &Invalid{Field: "Anchor", What: fmt.Sprintf("the year %d is out of range", w.Anchor.Year()), Hint: "start in 1970 or later"}
	}
	return nil
}

func dayHint(p Period) string {
	if p.Unit == Minute {
		return fmt.Sprintf("write %dM if months are meant (m is minutes), else a length in d, w, M, Q or Y", p.Count)
	}
	return "write a length in d, w, M, Q or Y"
}

// Validate returns an *Invalid, whose Field is Length, Target or Op, unless slices
// divide a day, so that they align with the epoch, and, for the method
// Timeslices, the target can be met.
func (s Slices) Validate(m Method) error {
	const day = 24 * time.Hour
	if s.Length < time.Minute || day%s.Length != 0 {
		return &Invalid{
			Field: "Length",
			What:  fmt.Sprintf("slices of %s do not divide a day", s.Length),
			Hint:  "write at least 1m, and a length that fits a day a whole number of times, such as 1m, 5m or 1h",
		}
	}
	if m == RatioTimeslices {
		return nil
	}
	if !(s.Target > 0 && s.Target <= 1) {
		return &Invalid{
			Field: "Target",
			What:  fmt.Sprintf("a slice's target of %v is out of range", s.Target),
			Hint:  "write more than 0 and at most 1, such as 0.99",
		}
	}
	if s.Op != GTE && s.Op != GT {
		return &Invalid{Field: "Op", What: "a slice with fewer good events would count as better", Hint: "use gte or gt"}
	}
	if s.Op == GT && s.Target == 1 {
		return &Invalid{Field: "Op", What: "no slice has more than all of its events good", Hint: "use gte, or a slice's target below 1"}
	}
	return nil
}

// ValidateTarget returns an *Invalid unless 0 <= target < 1.
func ValidateTarget(target float64) error {
	switch {
	case target == 1:
		return &Invalid{
			What: "a target of 100 % leaves no budget: a single bad event would break it for good",
			Hint: "write a target below 100 %, such as 0.999 (99.9 %)",
		}
	case !(target >= 0 && target < 1):
		return &Invalid{
			What: fmt.Sprintf("a target of %v is out of range", target),
			Hint: "write a share of at least 0 and below 1, such as 0.999 for 99.9 %",
		}
	}
	return nil
}

// Validate returns an error unless the objective has a name, a valid target, a
// complete indicator, and slices exactly if the method counts slices.
func (o Objective) Validate(m Method) error {
	var errs []error
	if o.Name == "" {
		errs = append(errs, &Invalid{Field: "Name", What: "an objective has no name", Hint: "give it one"})
	}
	errs = append(errs, within("Target", ValidateTarget(o.Target)), within("Indicator", validateIndicator(o.Indicator)))
	switch {
	case m == Occurrences && o.Slices != nil:
		errs = append(errs, &Invalid{Field: "Slices", What: "Occurrences has no slices", Hint: "remove them"})
	case m != Occurrences && o.Slices == nil:
		errs = append(errs, &Invalid{Field: "Slices", What: m.String() + " needs slices", Hint: "give their length"})
	case o.Slices != nil:
		errs = append(errs, within("Slices", o.Slices.Validate(m)))
	}
	return errors.Join(errs...)
}

func validateIndicator(i Indicator) error {
	switch i := i.(type) {
	case Ratio:
		if (i.Good == nil) == (i.Bad == nil) {
			return &Invalid{What: "a ratio needs good or bad events, not both", Hint: "give exactly one of the queries"}
		}
		return errors.Join(validateQuery(i.Good), validateQuery(i.Bad), validateQuery(&i.Total))
	case RawRatio:
		return validateQuery(&i.Query)
	case BoolGauge:
		return validateQuery(&i.Query)
	case Threshold:
		return errors.Join(validateQuery(&i.Query), validateBound(i.Value))
	case Histogram:
		return errors.Join(validateQuery(&i.Total), validateQuery(i.Good), validateBound(i.Value))
	default:
		return &Invalid{What: "there is no indicator", Hint: "say what is measured"}
	}
}

func validateQuery(q *Query) error {
	if q != nil && strings.TrimSpace(q.Expr) == "" {
		return &Invalid{What: "a query is empty", Hint: "write a PromQL expression"}
	}
	return nil
}

func validateBound(value float64) error {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return &Invalid{What: fmt.Sprintf("no value can be compared with %v", value), Hint: "write a finite number"}
	}
	return nil
}

var labelName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)

// ValidateGroupBy returns an *Invalid unless the names are distinct labels as
// Prometheus allows them.
func ValidateGroupBy(names []string) error {
	seen := map[string]bool{}
	for _, name := range names {
		if !labelName.MatchString(name) {
			return &Invalid{
				What: fmt.Sprintf("%q is not the name of a Prometheus label", name),
				Hint: "write letters, digits and underscores, such as handler,method",
			}
		}
		if seen[name] {
			return &Invalid{What: fmt.Sprintf("the label %q is given twice", name), Hint: "write it once"}
		}
		seen[name] = true
	}
	return nil
}

// Validate returns an error unless the SLO keeps all that the documentation of
// its fields says. It joins an *Invalid for each fault.
func (s SLO) Validate() error {
	var errs []error
	if s.Name == "" {
		errs = append(errs, &Invalid{Field: "Name", What: "an SLO has no name", Hint: "give it one"})
	}
	if len(s.Objectives) == 0 {
		errs = append(errs, &Invalid{Field: "Objectives", What: "an SLO has no objective", Hint: "give it a target"})
	}
	errs = append(errs, within("Window", s.Window.Validate()), within("GroupBy", ValidateGroupBy(s.GroupBy)))
	seen := map[string]bool{}
	for i, o := range s.Objectives {
		field := fmt.Sprintf("Objectives[%d]", i)
		errs = append(errs, within(field, o.Validate(s.Method)))
		if seen[o.Name] {
			errs = append(errs, &Invalid{Field: field + ".Name", What: fmt.Sprintf("the name %q is given twice", o.Name), Hint: "give each objective a name of its own"})
		}
		seen[o.Name] = true
	}
	return errors.Join(errs...)
}

// within returns err with the field in front of the path of every *Invalid of err.
func within(field string, err error) error {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var errs []error
		for _, e := range joined.Unwrap() {
			errs = append(errs, within(field, e))
		}
		return errors.Join(errs...)
	}
	var invalid *Invalid
	if !errors.As(err, &invalid) {
		return fmt.Errorf("%s: %w", field, err)
	}
	inner := *invalid
	if inner.Field = field; invalid.Field != "" {
		inner.Field = field + "." + invalid.Field
	}
	return &inner
}
