package frame

import (
	"context"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
)

// gateRow holds a row of the table of gates.
type gateRow struct {
	subject
	budget.Gate
}

// newGateRow returns the row of a gate. Its subject is the objective and group that
// decides.
func newGateRow(g budget.Gate) gateRow { return gateRow{subjectOf(g.Entry), g} }

// brokenGate returns the row of a definition that cannot be read, and so has a policy
// that is not known.
func brokenGate(b Broken) gateRow {
	return gateRow{b.subject(), budget.Gate{State: budget.GateUnknown, Rule: budget.GateUnknown}}
}

// Gate returns a table of gates, a row for each SLO and action that a policy blocks at
// times, the closed ones first.
func Gate(ctx context.Context, entries []budget.Entry, p Params) data.Frames {
	deciding, ended := budget.SplitGates(entries, p.now())
	var rows []gateRow
	for _, g := range budget.SLOGates(each(ctx, deciding), p.now()) {
		rows = append(rows, newGateRow(g))
	}
	for _, b := range p.Broken {
		rows = append(rows, brokenGate(b))
	}
	order := []budget.GateState{budget.GateClosed, budget.GateUnknown, budget.GateOpen}
	slices.SortStableFunc(rows, func(a, b gateRow) int { return slices.Index(order, a.State) - slices.Index(order, b.State) })
	f := table("gate", rows, gateColumns(rows))
	return withNoticesOf(ctx, data.Frames{f}, data.FrameTypeTable, deciding, ended, p)
}

func gateColumns(rows []gateRow) []column[gateRow] {
	of := func(r gateRow) subject { return r.subject }
	return append(subjectColumns(rows, of),
		col("action", display("Action"), func(r gateRow) string { return r.Action }),
		col("gate", gateState("Gate"), func(r gateRow) string { return string(r.State) }),
		col("rule", gateState("By policy"), func(r gateRow) string { return string(r.Rule) }),
		col("since", timestamp("Since"), func(r gateRow) *time.Time { return r.Since }),
		col("why", display("Why"), gateRow.why),
		col("policyAction", display("Policy action"), gateRow.policyAction),
		col("until", display("Until"), func(r gateRow) *string { return orNull(r.Until()) }),
		col("opensBy", timestamp("Opens by"), func(r gateRow) *time.Time { return r.OpensBy }),
		col("budgetRemaining", budgetRemaining("Budget remaining"), func(r gateRow) *float64 { return r.Remaining.Ptr() }),
		col("override", display("Override"), gateRow.override),
		col("overrideUntil", timestamp("Override until"), gateRow.overrideUntil),
		col("asOf", timestamp("As of"), func(r gateRow) *time.Time { return orNil(r.AsOf) }),
		errorColumn(of),
	)
}

func (r gateRow) why() string {
	if r.broken() {
		return "The definition cannot be read"
	}
	return r.Why()
}

func (r gateRow) policyAction() *string {
	if r.Consequence == nil {
		return nil
	}
	return &r.Consequence.Action
}

// override returns who opened the gate, and why.
func (r gateRow) override() *string {
	if r.Override == nil {
		return nil
	}
	const most = 5
	return orNull(human.List(r.Override.ApprovedBy, most) + ": " + r.Override.Reason)
}

func (r gateRow) overrideUntil() *time.Time {
	if r.Override == nil {
		return nil
	}
	return &r.Override.To
}

// GateAlert returns a number for each SLO and action that a policy blocks at times: 1
// while the gate is closed and 0 while it is open, by the policy or by people, and null
// while it is unknown. A rule above 0 fires when it closes, and resolves when it opens.
func GateAlert(ctx context.Context, entries []budget.Entry, p Params) data.Frames {
	entries, _ = budget.SplitGates(entries, p.now())
	var frames data.Frames
	add := func(r gateRow) {
		if r.hasAlerts() {
			frames = append(frames, numberFrame("gateAlert", r.number(), r.alertLabels(), alertValue(r.slo.Title()+" · "+r.Action)))
		}
	}
	for _, g := range budget.SLOGates(each(ctx, entries), p.now()) {
		add(newGateRow(g))
	}
	for _, b := range p.Broken {
		add(brokenGate(b))
	}
	return withNoticesOf(ctx, frames, data.FrameTypeNumericMulti, entries, nil, p)
}

// alertLabels returns the labels of an alert about the whole SLO: which objective or
// group closes the gate may change while it is closed.
func (r gateRow) alertLabels() data.Labels {
	s := r.subject
	s.group, s.objective.Name = labels.EmptyLabels(), ""
	ls := s.alertLabels("action", r.Action)
	delete(ls, "objective")
	return ls
}

// number returns what a rule compares.
func (r gateRow) number() *float64 {
	numbers := map[budget.GateState]float64{budget.GateOpen: 0, budget.GateClosed: 1}
	if n, known := numbers[r.State]; known {
		return &n
	}
	return nil
}

// GateHistory returns a table for a state timeline: a row for each time at which a
// gate changed, and a column for each SLO and action.
func GateHistory(ctx context.Context, entries []budget.Entry, p Params) data.Frames {
	living, ended := budget.SplitEnded(entries, p.now())
	histories := budget.SLOGateHistories(each(ctx, living), each(ctx, ended), p.From, p.now())
	times := changes(histories)
	f := data.NewFrame("gateHistory")
	if len(times) > 0 {
		f.Fields = append(f.Fields, data.NewField("time", nil, times))
	}
	for _, h := range histories {
		f.Fields = append(f.Fields, historyField(h, times))
	}
	setType(f, data.FrameTypeTable)
	return withNoticesOf(ctx, data.Frames{f}, data.FrameTypeTable, living, ended, p)
}

// GateSpan returns the span that Gate and GateAlert need.
func (p Params) GateSpan() budget.Span {
	return func(t budget.Terms) (from, to time.Time) { return t.GateReach(p.now()), p.now() }
}

// GateHistorySpan returns the span that GateHistory needs.
func (p Params) GateHistorySpan() budget.Span {
	return func(t budget.Terms) (from, to time.Time) { return t.GateReach(p.From), p.now() }
}

// changes returns the times at which any gate changed, in order.
func changes(histories []budget.GateHistory) []time.Time {
	var times []time.Time
	for _, h := range histories {
		for _, s := range h.Spans {
			times = append(times, s.From)
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	return slices.CompactFunc(times, time.Time.Equal)
}

// overridden is the state of a gate that people opened.
const overridden = "override"

func historyField(h budget.GateHistory, times []time.Time) *data.Field {
	states := make([]*string, len(times))
	i := 0
	for n, t := range times {
		for i < len(h.Spans) && !h.Spans[i].To.After(t) {
			i++
		}
		if i == len(h.Spans) || h.Spans[i].From.After(t) {
			continue
		}
		state := string(h.Spans[i].State)
		if h.Spans[i].Override != nil {
			state = overridden
		}
		states[n] = &state
	}
	id := h.Entry.SLO.ID() + " " + h.Action
	title := h.Entry.SLO.Title() + " · " + h.Action
	return data.NewField(id, nil, states).SetConfig(gateState(title))
}

// gateState returns the config of states of gates, shown as words with colors.
func gateState(name string) *data.FieldConfig {
	return mappedTo(name, data.ValueMapper{
		string(budget.GateOpen):    {Text: "Open", Color: blue, Index: 0},
		overridden:                 {Text: "Opened by people", Color: yellow, Index: 1},
		string(budget.GateClosed):  {Text: "Closed", Color: red, Index: 2},
		string(budget.GateUnknown): {Text: "Unknown", Color: purple, Index: 3},
	})
}
