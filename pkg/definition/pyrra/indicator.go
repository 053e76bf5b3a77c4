package pyrra

import (
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// readIndicator returns what is measured, nil if that is not valid, and the
// labels by whose values the SLO has a budget each.
func readIndicator(spec yamldoc.Object) (slo.Indicator, []string) {
	kinds := []string{"ratio", "latency", "latencyNative", "bool_gauge"}
	o := spec.Need("indicator", "write indicator with ratio, latency, latencyNative or bool_gauge below it").Fields(kinds...)
	kind, v := o.One(kinds...)
	if kind == "latency" && v.WithReport(&yamldoc.Report{}).Object().Get("latency").Present() {
		v.Fail("has a latency, which is a field of latencyNative", "write latencyNative in place of latency, if the histogram is a native one; else write success, with the bucket of the bound")
		kind = "latencyNative"
	}
	switch kind {
	case "ratio":
		r := v.Fields("errors", "total", "grouping")
		bad := needQuery(r, "errors")
		return slo.Ratio{Bad: &bad, Total: needQuery(r, "total"), Counter: true}, readGrouping(r)
	case "latency":
		l := v.Fields("success", "total", "grouping")
		good := needQuery(l, "success")
		return slo.Ratio{Good: &good, Total: needQuery(l, "total"), Counter: true}, readGrouping(l)
	case "latencyNative":
		l := v.Fields("total", "latency", "grouping")
		return slo.Histogram{Total: needQuery(l, "total"), Native: true, Op: slo.LTE, Value: readLatency(l)}, readGrouping(l)
	case "bool_gauge":
		g := v.Fields("metric", "grouping")
		return slo.BoolGauge{Query: needMetric(g)}, readGrouping(g)
	}
	return nil, nil
}

func needQuery(o yamldoc.Object, field string) slo.Query {
	return needMetric(o.Need(field, "write "+field+" with metric below it").Fields("metric"))
}

func needMetric(o yamldoc.Object) slo.Query {
	return format.Query(o.Need("metric", `write the metric with its labels, such as http_requests_total{job="shop"}`))
}

// readGrouping returns the labels that the document names; nil if it has none.
func readGrouping(o yamldoc.Object) []string {
	v := o.Get("grouping")
	var names []string
	for _, item := range v.List() {
		if name := item.Text(); item.IsText() {
			names = append(names, name)
		}
	}
	format.CheckGroupBy(v, names)
	return names
}

// readLatency returns the longest time that is good, in seconds.
func readLatency(o yamldoc.Object) float64 {
	v := o.Need("latency", "write the longest time that is good, such as 200ms")
	latency, ok := format.Duration(v, "200ms or 1s")
	if ok && latency <= 0 {
		v.Fail("is not longer than nothing", "write the longest time that is good, such as 200ms")
	}
	return latency.Seconds()
}
