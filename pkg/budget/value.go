package budget

import (
	"encoding/json"
	"math"
	"strconv"
)

// Value holds a number that may be missing, as an SLI is when there were no
// events. The zero Value is missing; it is never NaN or infinite.
type Value struct {
	v  float64
	ok bool
}

// Some returns the value v, or a missing value if v is NaN or infinite.
func Some(v float64) Value {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return Value{}
	}
	return Value{v, true}
}

// optional returns the value v if ok.
func optional(v float64, ok bool) Value {
	if !ok {
		return Value{}
	}
	return Some(v)
}

// quotient returns a/b; it is missing unless b is positive.
func quotient(a, b float64) Value {
	if !(b > 0) {
		return Value{}
	}
	return Some(a / b)
}

// Get returns the number; ok is false, and the number 0, if it is missing.
func (v Value) Get() (number float64, ok bool) { return v.v, v.ok }

// OK reports whether there is a number.
func (v Value) OK() bool { return v.ok }

// Or returns the number, or missing if there is none.
func (v Value) Or(missing float64) float64 {
	if !v.ok {
		return missing
	}
	return v.v
}

// Ptr returns a pointer to a copy of the number, nil if it is missing.
func (v Value) Ptr() *float64 {
	if !v.ok {
		return nil
	}
	return &v.v
}

// complement returns 1 minus the number.
func (v Value) complement() Value {
	if !v.ok {
		return v
	}
	return Some(1 - v.v)
}

// String returns the number in the shortest form that reads back the same, or
// "null".
func (v Value) String() string {
	if !v.ok {
		return "null"
	}
	return strconv.FormatFloat(v.v, 'g', -1, 64)
}

// MarshalJSON writes the number, or null.
func (v Value) MarshalJSON() ([]byte, error) { return json.Marshal(v.Ptr()) }

// UnmarshalJSON reads a number or null.
func (v *Value) UnmarshalJSON(data []byte) error {
	var p *float64
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	*v = Value{}
	if p != nil {
		*v = Some(*p)
	}
	return nil
}
