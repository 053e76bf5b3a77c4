package definition

import (
	"slices"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// sli is an indicator as a document gives it. A Threshold lacks its Op and
// Value, which are the objectives'.
type sli struct {
	name      string
	at        place
	indicator slo.Indicator
	sources   []sourceRef
	failed    bool
}

// sourceRef is a metricSource's reference to a DataSource.
type sourceRef struct {
	name string
	at   place
	// typed says that the metricSource has a type of its own, so that the
	// DataSource need not be known.
	typed bool
}

// dataSource is a document of the kind DataSource.
type dataSource struct {
	name, kind string
	at         place
}

// link is an indicator that is written inline or referred to by name.
type link struct {
	inline *sli
	ref    string
	at     place
	// failed says that there is one, but it could not be read.
	failed bool
}

func (l link) given() bool { return l.inline != nil || l.ref != "" || l.failed }

// readIndicator reads indicator or indicatorRef of a spec or an objective.
func readIndicator(o object) link {
	inline, ref := o.get("indicator"), o.get("indicatorRef")
	if inline.present() && ref.present() {
		ref.fail("is given as well as indicator", "write only one of them")
	}
	switch {
	case inline.present():
		i := inline.schema("metadata", "spec")
		var m metadata
		if v := i.get("metadata"); v.present() {
			m = readMetadata(v, indicatorSettings()...)
		}
		s := readMeasurement(needSpec(i, "description", "thresholdMetric", "ratioMetric"))
		s.indicator = m.indicator(s.indicator)
		if s.indicator == nil {
			return link{failed: true}
		}
		return link{inline: &s, at: inline.at}
	case ref.present():
		name := o.needText("indicatorRef", "write the name of an SLI")
		return link{ref: name, at: ref.at, failed: name == ""}
	}
	return link{}
}

func (c *contents) readSLI(o object) {
	m := needMetadata(o, indicatorSettings()...)
	s := readMeasurement(needSpec(o, "description", "thresholdMetric", "ratioMetric"))
	s.indicator = m.indicator(s.indicator)
	s.name, s.at, s.failed = m.name, m.at, o.failed
	if s.name != "" {
		c.slis = append(c.slis, s)
	}
}

// readMeasurement reads the spec of an SLI.
func readMeasurement(spec object) sli {
	readDescription(spec)
	var s sli
	threshold, ratio := spec.get("thresholdMetric"), spec.get("ratioMetric")
	switch {
	case threshold.present() && ratio.present():
		ratio.fail("is given as well as thresholdMetric", "write only one of them")
	case threshold.present():
		s.indicator = slo.Threshold{Query: s.readMetric(threshold)}
	case ratio.present():
		s.readRatio(ratio)
	case spec.valid():
		spec.fail("has neither ratioMetric nor thresholdMetric", "write one of them")
	}
	return s
}

func (s *sli) readRatio(ratio value) {
	o := ratio.schema("counter", "good", "bad", "total", "rawType", "raw")
	counts := []string{}
	for _, name := range []string{"good", "bad", "total"} {
		if o.get(name).present() {
			counts = append(counts, name)
		}
	}
	raw, rawType := o.get("raw"), o.get("rawType")
	switch {
	case raw.present() && len(counts) > 0:
		raw.fail("is given as well as "+strings.Join(counts, " and "), "write either raw and rawType, or total and one of good and bad")
	case raw.present():
		s.readRaw(o)
	default:
		if rawType.present() {
			rawType.fail("is given without raw", "remove it; good or bad says which events total is compared with")
		}
		s.readCounts(o, counts)
	}
}

func (s *sli) readRaw(o object) {
	kind := o.need("rawType", "write success if the ratio is good / total, failure if it is bad / total")
	s.indicator = slo.RawRatio{
		Query:   s.readMetric(o.get("raw")),
		Failure: kind.choice("success", "failure") == 1,
	}
}

func (s *sli) readCounts(o object, counts []string) {
	const hint = "write total and one of good and bad, or raw and rawType"
	switch {
	case !o.valid():
		return
	case len(counts) == 3:
		o.fail("has both good and bad", "remove one of them; it follows from the other and total")
		return
	case len(counts) == 0:
		o.fail("has no queries", hint)
		return
	case !slices.Contains(counts, "total"):
		o.need("total", "write the query for all events")
		return
	case len(counts) == 1:
		o.fail("has neither good nor bad", hint)
		return
	}
	r := slo.Ratio{Counter: readCounter(o)}
	numerator := s.readMetric(o.get(counts[0]))
	if counts[0] == "good" {
		r.Good = &numerator
	} else {
		r.Bad = &numerator
	}
	r.Total = s.readMetric(o.get("total"))
	s.indicator = r
}

// readCounter says whether bare selectors name counters. They do in most of
// Prometheus, so that is assumed where the author does not say.
func readCounter(o object) bool {
	counter := o.get("counter")
	if !counter.present() {
		counter.warn("is missing; true is assumed", "write counter: true if the metrics only ever grow, false if they are gauges")
		return true
	}
	is, ok := counter.boolean()
	return is || !ok
}

func (s *sli) readMetric(metric value) slo.Query {
	o := metric.schema("metricSource").need("metricSource", "write metricSource with type and spec below it").schema("metricSourceRef", "type", "spec")
	kind, ref := o.get("type"), o.get("metricSourceRef")
	checkSourceType(kind)
	if name := ref.text(); name != "" {
		s.sources = append(s.sources, sourceRef{name, ref.at, kind.present()})
	}
	return readQuery(o.need("spec", "write spec with the PromQL expression as query below it").object())
}

// promQLServers are the types of metric sources that speak PromQL over the
// Prometheus HTTP API.
var promQLServers = []string{"prometheus", "mimir", "thanos", "victoriametrics", "cortex"}

const writeSourceType = "write type: Prometheus (or Mimir, Thanos, VictoriaMetrics, Cortex) and a PromQL query"

func isPromQL(kind string) bool { return slices.Contains(promQLServers, strings.ToLower(kind)) }

func checkSourceType(v value) {
	if kind := v.text(); kind != "" && !isPromQL(kind) {
		v.fail(quoted(kind)+" is not a metric source that speaks PromQL", writeSourceType)
	}
}

// readQuery reads the spec of a metricSource, whose only field of use is query.
func readQuery(o object) slo.Query {
	const hint = "write the PromQL expression as query"
	if !o.valid() {
		return slo.Query{}
	}
	query := o.get("query")
	if !query.present() {
		query.fail("is missing", hint+meantQuery(o))
	}
	for _, key := range o.keys {
		if key != "query" {
			o.fields[key].warn("has no effect", "only query is read; the connection is set up in Grafana")
		}
	}
	return query.query()
}

// meantQuery names the field that was probably meant to be the query.
func meantQuery(o object) string {
	for _, key := range o.keys {
		if slices.Contains([]string{"promql", "expr", "expression"}, strings.ToLower(key)) || nearest(key, []string{"query"}) != "" && key != "query" {
			return ", not as " + key
		}
	}
	return ""
}

func (c *contents) readDataSource(o object) {
	m := needMetadata(o)
	spec := needSpec(o, "description", "type", "connectionDetails")
	readDescription(spec)
	kind := spec.needText("type", "write type: Prometheus (or another server that speaks PromQL)")
	if details := spec.get("connectionDetails"); details.present() {
		details.warn("has no effect", "set up the connection in Grafana; definitions are no place for credentials")
	}
	if m.name != "" {
		c.sources = append(c.sources, dataSource{m.name, kind, m.at})
	}
}
