package grafana

import (
	"math"
	"net/url"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/template"
)

// TestTimeToExhaustionInTexts expands what alerts say about it. Prometheus and Grafana
// share these functions of templates.
func TestTimeToExhaustionInTexts(t *testing.T) {
	rules := newRuleGroups(nil, "")[0].rules()
	burn, exhaustion := rules[0].Annotations["description"], rules[2].Annotations["summary"]
	tests := []struct {
		name, text string
		left       float64
		want       string
	}{
		{"a total outage", burn, 17 * 60, "46.2% of the window's budget is consumed; at this rate, the rest is gone in 17m."},
		{"hours", burn, 2*3600 + 30*60, "at this rate, the rest is gone in 2h 30m."},
		{"a whole hour", burn, 3600, "at this rate, the rest is gone in 1h."},
		{"days", burn, 15*86400 + 9*3600, "at this rate, the rest is gone in 15d 9h."},
		{"nothing left", burn, -60, "is consumed: none remains."},
		{"it lasts", burn, math.Inf(1), "at this rate, the rest lasts to the end of the window."},
		{"soon", exhaustion, 10*60 + 30, "shop runs out of error budget in 10m 30s"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := expandText(t, test.text, map[string]float64{"A": 2, "Consumed": 0.462, "Left": test.left}); !strings.HasSuffix(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestTextsWithoutNumbers checks that a number which is missing leaves a sentence.
func TestTextsWithoutNumbers(t *testing.T) {
	for _, r := range newRuleGroups(nil, "")[0].rules() {
		for name, text := range r.Annotations {
			if got := expandText(t, text, map[string]float64{"A": 2}); strings.Contains(got, "no value") || strings.Contains(got, "  ") {
				t.Errorf("the %s of %s is %q", name, r.Title, got)
			}
		}
	}
}

func expandText(t *testing.T, text string, values map[string]float64) string {
	t.Helper()
	type value struct{ Value float64 }
	numbers := map[string]*value{}
	for name, v := range values {
		numbers[name] = &value{v}
	}
	context := struct {
		Labels map[string]string
		Values map[string]*value
	}{map[string]string{"slo": "shop", "severity": "page", "objective": "99", "service": "shop"}, numbers}
	expander := template.NewTemplateExpander(t.Context(), text, "alert", context, model.Now(), nil, &url.URL{}, nil)
	got, err := expander.Expand()
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return got
}
