package budget_test

import (
	"slices"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func TestUrgency(t *testing.T) {
	want := []budget.Urgency{
		{State: budget.StateNoData, Firing: slo.Page, Name: "z"},
		{State: budget.StateExhausted, Firing: slo.Page, Remaining: budget.Some(-1), Name: "y"},
		{State: budget.StateBurning, Firing: slo.Page, Remaining: budget.Some(0.9), Name: "x"},
		{State: budget.StateNoData, Name: "b"},
		{State: "unheard of", Name: "c"},
		{State: budget.StateNoData, Remaining: budget.Some(0.5), Name: "a"},
		{State: budget.StateExhausted, Remaining: budget.Some(-2), Name: "z"},
		{State: budget.StateExhausted, Remaining: budget.Some(-1), Name: "a"},
		{State: budget.StateBurning, Remaining: budget.Some(0.9), Name: "d"},
		{State: budget.StateBurning, Firing: slo.Ticket, Remaining: budget.Some(0.95), Name: "c"},
		{State: budget.StateAtRisk, Remaining: budget.Some(0.05), Name: "e"},
		{State: budget.StateOK, Remaining: budget.Some(0.1), Name: "f"},
		{State: budget.StateOK, Remaining: budget.Some(0.1), Name: "g"},
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, budget.Urgency.Compare)
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
