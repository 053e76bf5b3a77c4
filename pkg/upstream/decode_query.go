package upstream

import (
	"io"
	"slices"

	"github.com/prometheus/prometheus/model/labels"
)

// queryData holds the data of an answer to a query.
type queryData struct {
	series    []Series
	stats     Stats
	hasResult bool
}

// decodeQuery reads an answer of the query and query_range endpoints. It goes
// by the shape of the result, not by its type, which may come after it.
func decodeQuery(body io.Reader) (answer, error) {
	var data queryData
	meta, err := decodeEnvelope(body, func(d *decoder) error {
		return d.object(func(name string) error { return data.member(d, name) })
	})
	if err == nil && !data.hasResult {
		err = &shapeError{where: "/data/result", want: "there"}
	}
	if err != nil {
		return answer{}, err
	}
	meta.Stats = data.stats
	return answer{series: data.series, meta: meta}, nil
}

func (q *queryData) member(d *decoder, name string) (err error) {
	switch name {
	case "resultType":
		err = d.resultType()
	case "result":
		q.hasResult = true
		q.series, err = d.result()
	case "stats":
		q.stats, err = d.stats()
	default:
		err = d.SkipValue()
	}
	return err
}

func (d *decoder) resultType() error {
	kind, err := d.text()
	if err == nil && kind == "string" {
		return &Error{
			Kind:    BadQuery,
			Message: "the expression is a string, not a number or series",
			Hint:    "Write an expression that selects series",
		}
	}
	return err
}

// result reads a vector or matrix, or a scalar, which is a bare sample.
func (d *decoder) result() (series []Series, err error) {
	if null, err := d.open('[', "an array"); err != nil || null {
		return nil, err
	}
	if d.PeekKind() == '0' {
		sample, err := d.sampleRest()
		return []Series{{Samples: []Sample{sample}}}, err
	}
	for d.more() {
		s, err := d.series()
		if err != nil {
			return nil, err
		}
		series = append(series, s)
	}
	_, err = d.ReadToken()
	return series, err
}

func (d *decoder) series() (s Series, err error) {
	d.scratch = d.scratch[:0]
	hasValue := false
	err = d.object(func(name string) (err error) {
		switch name {
		case "metric":
			s.Labels, err = d.labels()
		case "value":
			hasValue, err = true, d.sample()
		case "values":
			hasValue, err = true, d.array(d.sample)
		case "histogram", "histograms":
			err = errHistograms()
		default:
			err = d.SkipValue()
		}
		return err
	})
	if err == nil && !hasValue {
		err = d.shape("a series with values")
	}
	s.Samples = slices.Clone(d.scratch)
	return s, err
}

func errHistograms() error {
	return &Error{
		Kind:    BadQuery,
		Message: "the expression returned native histograms, not numbers",
		Hint:    "Wrap it in histogram_count(), histogram_sum() or histogram_fraction()",
	}
}

// labels reads a label set. No text is longer than labels.Labels can hold, which
// panics above 16 MiB.
func (d *decoder) labels() (labels.Labels, error) {
	builder := labels.NewScratchBuilder(8)
	err := d.object(func(name string) error {
		value, err := d.text()
		if value != "" { // An empty label is no label, as in Prometheus.
			builder.Add(name, value)
		}
		return err
	})
	builder.Sort()
	return builder.Labels(), err
}

func (d *decoder) stats() (s Stats, err error) {
	return s, d.object(func(name string) error {
		if name != "samples" {
			return d.SkipValue()
		}
		return d.object(func(name string) (err error) {
			switch name {
			case "totalQueryableSamples":
				s.Samples, err = d.integer()
			case "peakSamples":
				s.PeakSamples, err = d.integer()
			default:
				err = d.SkipValue()
			}
			return err
		})
	})
}
