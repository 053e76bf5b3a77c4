package openslo

import (
	"fmt"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// readAlphaObjectives reads the objectives of an SLO. Each has a ratio of its
// own, or compares the threshold metric of the SLO with a value of its own.
func readAlphaObjectives(spec yamldoc.Object, m method) ([]slo.Objective, []binding) {
	_, items := needObjectives(spec)
	shared := readAlphaThreshold(spec)
	var objectives []slo.Objective
	var bindings []binding
	for _, item := range items {
		o := item.Fields("displayName", "op", "value", "target", "timeSliceTarget", "timeSliceWindow", "ratioMetrics")
		if !o.Present() {
			continue
		}
		objectives = append(objectives, readObjective(o, m))
		bindings = append(bindings, readBinding(o, chooseAlphaIndicator(o, shared), m))
	}
	format.NameObjectives(objectives)
	return objectives, bindings
}

// readAlphaThreshold reads the indicator that the objectives share.
func readAlphaThreshold(spec yamldoc.Object) link {
	v := spec.Get("indicator")
	if !v.Present() {
		return link{}
	}
	metric := v.Fields("thresholdMetric").Need("thresholdMetric", "write thresholdMetric with a query below it, or ratioMetrics in the objectives instead of indicator")
	return link{inline: &sli{indicator: slo.Threshold{Query: readAlphaMetric(metric)}}, at: v.Place()}
}

func chooseAlphaIndicator(o yamldoc.Object, shared link) link {
	ratio := o.Get("ratioMetrics")
	switch {
	case ratio.Present() && shared.given():
		ratio.Fail("is given as well as spec.indicator", "write only one of them")
	case ratio.Present():
		return link{inline: &sli{indicator: readAlphaRatio(ratio)}, at: ratio.Place()}
	case !shared.given():
		o.Need("ratioMetrics", "write ratioMetrics with good and total below it, or a thresholdMetric as the indicator of spec")
	}
	return shared
}

// readAlphaRatio reads good and total events. They are counters unless the
// document says that they are not incremental.
func readAlphaRatio(v yamldoc.Value) slo.Ratio {
	o := v.Fields("incremental", "counter", "good", "bad", "total")
	r := slo.Ratio{Counter: true, Total: readAlphaMetric(o.Need("total", "write the query for all events"))}
	for _, name := range []string{"incremental", "counter"} {
		if counter, ok := o.Get(name).Bool(); ok {
			r.Counter = counter
		}
	}
	name, events := o.One("good", "bad")
	query := readAlphaMetric(events)
	if name == "bad" {
		r.Bad = &query
	} else {
		r.Good = &query
	}
	return r
}

// readAlphaMetric reads a query. Its type, or else its source, must be PromQL's.
func readAlphaMetric(v yamldoc.Value) slo.Query {
	o := v.Fields("source", "queryType", "query", "metadata")
	if !o.Present() {
		return slo.Query{}
	}
	if kind := o.Get("queryType"); kind.Present() {
		if text := kind.Text(); kind.IsText() && !strings.EqualFold(text, "promql") {
			kind.Fail(fmt.Sprintf("%q is not PromQL", text), "write promql, and a PromQL query")
		}
	} else if source := o.Get("source"); source.IsText() && !speaksPromQL(source.Text()) {
		source.Fail(fmt.Sprintf("%q is not known to speak PromQL", source.Text()), "write queryType: promql, and a PromQL query")
	}
	if !strings.EqualFold(o.Get("source").Written(), "prometheus") {
		o.LeaveOut("source")
	}
	o.WarnNoEffect("only query is read; the connection is set up in Grafana", "metadata")
	return format.Query(o.Need("query", "write the PromQL expression as query"))
}
