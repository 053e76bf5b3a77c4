package definition

import (
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// readAlphaObjectives reads the objectives of an SLO. Each has a ratio of its
// own, or compares the threshold metric of the SLO with a value of its own.
func readAlphaObjectives(d *draft, spec object, j judgement) {
	const hint = `write at least one item, such as "- target: 0.999"`
	list := spec.need("objectives", hint)
	items := list.list()
	if list.isList() && len(items) == 0 {
		list.fail("is empty", hint)
	}
	shared := readAlphaThreshold(spec)
	for _, item := range items {
		o := item.schema("displayName", "op", "value", "target", "timeSliceTarget", "timeSliceWindow", "ratioMetrics")
		if !o.valid() {
			continue
		}
		d.slo.Objectives = append(d.slo.Objectives, slo.Objective{
			DisplayName: o.get("displayName").text(),
			Target:      readTarget(o),
			Slices:      j.readSlices(o),
		})
		d.bindings = append(d.bindings, readBinding(o, chooseAlpha(o, shared), j))
	}
	nameObjectives(d.slo.Objectives)
}

// readAlphaThreshold reads the indicator that the objectives share.
func readAlphaThreshold(spec object) link {
	v := spec.get("indicator")
	if !v.present() {
		return link{}
	}
	metric := v.schema("thresholdMetric").need("thresholdMetric", "write thresholdMetric with a query below it, or ratioMetrics in the objectives instead of indicator")
	return link{inline: &sli{indicator: slo.Threshold{Query: readAlphaMetric(metric)}}, at: v.at}
}

func chooseAlpha(o object, shared link) link {
	ratio := o.get("ratioMetrics")
	switch {
	case ratio.present() && shared.given():
		ratio.fail("is given as well as spec.indicator", "write only one of them")
	case ratio.present():
		return link{inline: &sli{indicator: readAlphaRatio(ratio)}, at: ratio.at}
	case !shared.given():
		o.need("ratioMetrics", "write ratioMetrics with good and total below it, or a thresholdMetric as the indicator of spec")
	}
	return shared
}

// readAlphaRatio reads good and total events. They are counters unless the
// document says that they are not incremental.
func readAlphaRatio(v value) slo.Ratio {
	o := v.schema("incremental", "counter", "good", "bad", "total")
	r := slo.Ratio{Counter: true, Total: readAlphaMetric(o.need("total", "write the query for all events"))}
	for _, name := range []string{"incremental", "counter"} {
		if counter, ok := o.get(name).boolean(); ok {
			r.Counter = counter
		}
	}
	name, events := o.one("good", "bad")
	query := readAlphaMetric(events)
	if name == "bad" {
		r.Bad = &query
	} else {
		r.Good = &query
	}
	return r
}

// readAlphaMetric reads a query. Its type, or else its source, must be PromQL's.
func readAlphaMetric(v value) slo.Query {
	o := v.schema("source", "queryType", "query", "metadata")
	if !o.valid() {
		return slo.Query{}
	}
	if kind := o.get("queryType"); kind.present() {
		if text := kind.text(); kind.isText() && !strings.EqualFold(text, "promql") {
			kind.fail(quoted(text)+" is not PromQL", "write promql, and a PromQL query")
		}
	} else if source := o.get("source"); source.isText() && !isPromQL(source.text()) {
		source.fail(quoted(source.text())+" is not known to speak PromQL", "write queryType: promql, and a PromQL query")
	}
	warnOf(o, "only query is read; the connection is set up in Grafana", "metadata")
	return o.need("query", "write the PromQL expression as query").query()
}
