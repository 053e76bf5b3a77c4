package promql

import (
	"math"
	"testing"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

func TestSpellBound(t *testing.T) {
	tests := []struct {
		matcher labels.MatchType
		value   string
		want    string
	}{
		{labels.MatchEqual, "1", `le=~"1|1\\.0"`},
		{labels.MatchEqual, "1.0", `le=~"1|1\\.0"`},
		{labels.MatchEqual, "0.5", `le="0.5"`},
		{labels.MatchEqual, "0.50", `le=~"0\\.5|0\\.50"`},
		{labels.MatchEqual, "1e-05", `le=~"1e-05|0\\.00001"`},
		{labels.MatchEqual, "10000000", `le=~"1e\\+07|10000000|10000000\\.0"`},
		{labels.MatchEqual, "+Inf", `le="+Inf"`},
		{labels.MatchEqual, "", `le=""`},
		{labels.MatchEqual, "fast", `le="fast"`},
		{labels.MatchNotEqual, "1", `le!="1"`},
		{labels.MatchRegexp, "1", `le=~"1|1\\.0"`},
		{labels.MatchRegexp, "1|5", `le=~"1|1\\.0|5|5\\.0"`},
		{labels.MatchRegexp, "1|1.0", `le=~"1|1.0"`},
		{labels.MatchRegexp, "1.*", `le=~"1.*"`},
	}
	for _, tt := range tests {
		t.Run(tt.value, func(t *testing.T) {
			m := parser.MustLabelMatcher(tt.matcher, bucketLabel, tt.value)
			if got := normalizeBound(m).String(); got != tt.want {
				t.Errorf("%s is spelled %s, not %s", m, got, tt.want)
			}
		})
	}
	if got := bucketMatcher(math.Inf(1)).String(); got != `le="+Inf"` {
		t.Errorf("all observations are %s", got)
	}
}
