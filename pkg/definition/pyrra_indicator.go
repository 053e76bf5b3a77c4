package definition

import "github.com/promise-slo/promise-slo-datasource/pkg/slo"

// readPyrraIndicator reads what is measured, nil if that is not valid, and the
// labels by which it is kept apart.
func readPyrraIndicator(spec object) (slo.Indicator, []string) {
	kinds := []string{"ratio", "latency", "latencyNative", "bool_gauge"}
	o := spec.need("indicator", "write indicator with ratio, latency, latencyNative or bool_gauge below it").schema(kinds...)
	kind, v := o.one(kinds...)
	switch kind {
	case "ratio":
		r := v.schema("errors", "total", "grouping")
		bad := readPyrraQuery(r, "errors")
		return slo.Ratio{Bad: &bad, Total: readPyrraQuery(r, "total"), Counter: true}, readGrouping(r)
	case "latency":
		l := v.schema("success", "total", "grouping")
		good := readPyrraQuery(l, "success")
		return slo.Ratio{Good: &good, Total: readPyrraQuery(l, "total"), Counter: true}, readGrouping(l)
	case "latencyNative":
		l := v.schema("total", "latency", "grouping")
		return slo.Histogram{Total: readPyrraQuery(l, "total"), Native: true, Op: slo.LTE, Value: readLatency(l)}, readGrouping(l)
	case "bool_gauge":
		g := v.schema("metric", "grouping")
		return slo.BoolGauge{Query: readPyrraMetric(g)}, readGrouping(g)
	}
	return nil, nil
}

func readPyrraQuery(o object, field string) slo.Query {
	return readPyrraMetric(o.need(field, "write "+field+" with metric below it").schema("metric"))
}

func readPyrraMetric(o object) slo.Query {
	return o.need("metric", `write the metric with its labels, such as http_requests_total{job="shop"}`).query()
}

// readGrouping is the labels by which an account is kept apart; nil if the
// document has none.
func readGrouping(o object) []string {
	v := o.get("grouping")
	var names []string
	for _, item := range v.list() {
		if name := item.text(); item.isText() {
			names = append(names, name)
		}
	}
	if err := slo.ValidateGroupBy(names); err != nil {
		v.invalid(err)
	}
	return names
}

// readLatency is the longest time that is good, in seconds.
func readLatency(o object) float64 {
	v := o.need("latency", "write the longest time that is good, such as 200ms")
	latency, ok := v.duration("200ms or 1s")
	if ok && latency <= 0 {
		v.fail("is not longer than nothing", "write the longest time that is good, such as 200ms")
	}
	return latency.Seconds()
}
