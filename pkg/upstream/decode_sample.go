package upstream

import (
	"bytes"
	"math"
	"strconv"
)

const wantSample = `a pair of a time and a value in quotes`

// sample reads [time, "value"] and adds it to scratch. Reading the pair as one
// value, which jsontext validates, halves the time of reading its tokens.
func (d *decoder) sample() error {
	pair, err := d.ReadValue()
	if err != nil {
		return err
	}
	if len(pair) < 2 || pair[0] != '[' {
		return d.shape(wantSample)
	}
	comma := bytes.IndexByte(pair, ',')
	if comma < 0 {
		return d.shape(wantSample)
	}
	sample, ok := parseSample(pair[1:comma], pair[comma+1:len(pair)-1])
	if !ok {
		return d.shape(wantSample)
	}
	d.scratch = append(d.scratch, sample)
	return nil
}

// sampleRest reads what follows the bracket of [time, "value"].
func (d *decoder) sampleRest() (Sample, error) {
	at, err := d.ReadValue()
	if err != nil {
		return Sample{}, err
	}
	t, ok := parseMillis(at)
	if !ok {
		return Sample{}, d.shape("a time")
	}
	value, err := d.ReadValue()
	if err != nil {
		return Sample{}, err
	}
	v, ok := parseValue(value)
	if !ok || d.PeekKind() != ']' {
		return Sample{}, d.shape(wantSample)
	}
	_, err = d.ReadToken()
	return Sample{T: t, V: v}, err
}

func parseSample(at, value []byte) (Sample, bool) {
	t, timed := parseMillis(bytes.TrimSpace(at))
	v, valued := parseValue(bytes.TrimSpace(value))
	return Sample{T: t, V: v}, timed && valued
}

// parseValue reads a number in quotes; NaN, +Inf and -Inf are numbers.
func parseValue(text []byte) (float64, bool) {
	if len(text) < 2 || text[0] != '"' || text[len(text)-1] != '"' {
		return 0, false
	}
	v, err := strconv.ParseFloat(string(text[1:len(text)-1]), 64)
	return v, err == nil
}

// millisPer is the factor that makes milliseconds of a number with so many
// decimals.
var millisPer = [...]int64{1000, 100, 10, 1}

// parseMillis reads a number of seconds, rounded to milliseconds. Servers write
// whole seconds or up to three decimals, which needs no floating point.
func parseMillis(text []byte) (int64, bool) {
	n, decimals, point := int64(0), 0, false
	for _, c := range text {
		switch {
		case c >= '0' && c <= '9':
			n = n*10 + int64(c-'0')
			if point {
				decimals++
			}
		case c == '.' && !point:
			point = true
		default:
			return roundMillis(text)
		}
	}
	if len(text) == 0 || len(text) > 15 || decimals >= len(millisPer) {
		return roundMillis(text)
	}
	return n * millisPer[decimals], true
}

// roundMillis reads what parseMillis cannot: negative times, exponents and many
// decimals.
func roundMillis(text []byte) (int64, bool) {
	s, err := strconv.ParseFloat(string(text), 64)
	if err != nil || !(math.Abs(s) <= 1e15) { // The negation refuses NaN too.
		return 0, false
	}
	return int64(math.Round(s * 1000)), true
}

// integer reads a whole number; a fraction is cut off.
func (d *decoder) integer() (int64, error) {
	token, err := d.ReadToken()
	if err != nil {
		return 0, err
	}
	if token.Kind() != '0' {
		return 0, d.shape("a number")
	}
	n, err := strconv.ParseFloat(token.String(), 64)
	if err != nil || math.Abs(n) > 1<<62 {
		return 0, d.shape("a number that fits")
	}
	return int64(n), nil
}
