package budget_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

func TestValue(t *testing.T) {
	for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		missing(t, "not a number", budget.Some(x))
	}
	for value, want := range map[budget.Value]string{{}: "null", budget.Some(0): "0", budget.Some(-0.25): "-0.25"} {
		data, err := json.Marshal(value)
		if err != nil || string(data) != want || value.String() != want {
			t.Errorf("%s, %v, %v; want %s", data, err, value, want)
		}
		var back budget.Value
		if err := json.Unmarshal(data, &back); err != nil || back != value {
			t.Errorf("%v came back as %v: %v", value, back, err)
		}
	}
	if (budget.Value{}).Ptr() != nil || *budget.Some(2).Ptr() != 2 || (budget.Value{}).Or(3) != 3 || budget.Some(2).Or(3) != 2 {
		t.Error("Ptr or Or is wrong")
	}
}
