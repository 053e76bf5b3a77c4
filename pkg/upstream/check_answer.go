package upstream

import (
	"math"
	"time"

	"github.com/prometheus/prometheus/model/labels"
)

// sortAndCheck returns an answer with its series sorted. It checks that they are
// what was asked for, since a wrong time would end up in the wrong place of the
// whole.
func sortAndCheck(a answer, asked span) (answer, error) {
	if err := sortUnique(a.series); err != nil {
		return answer{}, err
	}
	for _, s := range a.series {
		if t, found := firstStray(s.Samples, asked.has); found {
			return answer{}, unexpectedTime(t)
		}
	}
	return a, nil
}

func sortUnique(series []Series) error {
	sortSeries(series)
	for i := 1; i < len(series); i++ {
		if labels.Equal(series[i-1].Labels, series[i].Labels) {
			return unexpectedAnswer("the same series twice: " + series[i].Labels.String())
		}
	}
	return nil
}

// firstStray returns the first time that was not asked for or is not in order.
func firstStray(samples []Sample, asked func(t int64) bool) (t int64, found bool) {
	last := int64(math.MinInt64)
	for _, sample := range samples {
		if sample.T <= last || !asked(sample.T) {
			return sample.T, true
		}
		last = sample.T
	}
	return 0, false
}

func unexpectedTime(t int64) error {
	return unexpectedAnswer("a time that was not asked for, or not in order: " + time.UnixMilli(t).UTC().Format(time.RFC3339Nano))
}

func unexpectedAnswer(what string) error {
	return &Error{
		Kind:    NotPrometheus,
		Message: "the server's answer has " + what,
		Hint:    "Look for a proxy or cache before the server that changes queries or answers, such as one that aligns times with the step",
	}
}
