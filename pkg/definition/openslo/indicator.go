package openslo

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// sli describes an indicator as a document gives it. A Threshold lacks its Op
// and Value, which are the objectives'.
type sli struct {
	indicator slo.Indicator
	sources   []sourceRef
}

// sliKind is that of entries whose Value is an sli.
var sliKind = format.Kind{Name: "SLI", Unique: true, Unused: "write its name as the indicatorRef of an SLO, or remove it"}

func readSLI(c *format.Contents, o yamldoc.Object) {
	m := needMetadata(o, indicatorSettings()...)
	leaveOutMetadata(o.Get("metadata"), "")
	s := readMeasurement(format.Spec(o, "description", "thresholdMetric", "ratioMetric"))
	s.indicator = chooseKind(m.Settings, s.indicator)
	addEntry(c, o, m, sliKind, s)
	if n := len(c.Entries); m.Name != "" {
		c.Entries[n-1].Root = o.Value()
	}
}

// leaveOutMetadata leaves out the metadata of an indicator, which an SLO has no
// fields for, but for settings and the name that is written anyway.
func leaveOutMetadata(v yamldoc.Value, document string) {
	o := v.Object()
	o.LeaveOut("displayName", "labels")
	if o.Get("name").Written() != document {
		o.LeaveOut("name")
	}
	for key, annotation := range o.Get("annotations").Object().All() {
		if !strings.HasPrefix(key, format.SettingPrefix) {
			annotation.LeaveOut()
		}
	}
}

// readMeasurement reads the spec of an SLI.
func readMeasurement(spec yamldoc.Object) sli {
	readDescription(spec)
	spec.LeaveOut("description")
	var s sli
	threshold, ratio := spec.Get("thresholdMetric"), spec.Get("ratioMetric")
	switch {
	case threshold.Present() && ratio.Present():
		ratio.Fail("is given as well as thresholdMetric", "write only one of them")
	case threshold.Present():
		s.indicator = slo.Threshold{Query: s.readMetric(threshold)}
	case ratio.Present():
		s.readRatio(ratio)
	case spec.Present():
		spec.Fail("has neither ratioMetric nor thresholdMetric", "write one of them")
	}
	return s
}

func (s *sli) readMetric(metric yamldoc.Value) slo.Query {
	query, refs := readMetric(metric)
	s.sources = append(s.sources, refs...)
	return query
}

func (s *sli) readRatio(ratio yamldoc.Value) {
	o := ratio.Fields("counter", "good", "bad", "total", "rawType", "raw")
	counts := []string{}
	for _, name := range []string{"good", "bad", "total"} {
		if o.Get(name).Present() {
			counts = append(counts, name)
		}
	}
	raw, rawType := o.Get("raw"), o.Get("rawType")
	switch {
	case raw.Present() && len(counts) > 0:
		raw.Fail("is given as well as "+strings.Join(counts, " and "), "write either raw and rawType, or total and one of good and bad")
	case raw.Present():
		s.readRaw(o)
	default:
		if rawType.Present() {
			rawType.Fail("is given without raw", "remove it; good or bad says which events total is compared with")
		}
		s.readCounts(o, counts)
	}
}

func (s *sli) readRaw(o yamldoc.Object) {
	kind := o.Need("rawType", "write success if the ratio is good / total, failure if it is bad / total")
	s.indicator = slo.RawRatio{
		Query:   s.readMetric(o.Get("raw")),
		Failure: kind.Choice("success", "failure") == 1,
	}
}

func (s *sli) readCounts(o yamldoc.Object, counts []string) {
	const hint = "write total and one of good and bad, or raw and rawType"
	switch {
	case !o.Present():
		return
	case len(counts) == 3:
		o.Fail("has both good and bad", "remove one of them; it follows from the other and total")
		return
	case len(counts) == 0:
		o.Fail("has no queries", hint)
		return
	case !slices.Contains(counts, "total"):
		o.Need("total", "write the query for all events")
		return
	case len(counts) == 1:
		o.Fail("has neither good nor bad", hint)
		return
	}
	numerator := s.readMetric(o.Get(counts[0]))
	r := slo.Ratio{Total: s.readMetric(o.Get("total"))}
	r.Counter = readCounter(o, numerator, r.Total)
	if counts[0] == "good" {
		r.Good = &numerator
	} else {
		r.Bad = &numerator
	}
	s.indicator = r
}

// rates matches queries that say themselves that they are about counters.
var rates = regexp.MustCompile(`\b(rate|increase)\s*\(`)

// readCounter reports whether bare selectors name counters. They do in most of
// Prometheus, so that is assumed where neither the author nor a query says.
func readCounter(o yamldoc.Object, queries ...slo.Query) bool {
	counter := o.Get("counter")
	if !counter.Present() && !slices.ContainsFunc(queries, func(q slo.Query) bool { return !rates.MatchString(q.Expr) }) {
		return true
	}
	if !counter.Present() {
		counter.Warn("is missing; true is assumed", "write counter: true if the metrics only ever grow, false if they are gauges")
		return true
	}
	is, ok := counter.Bool()
	return is || !ok
}

// link describes an indicator that is written inline or referred to by name.
type link struct {
	inline *sli
	ref    string
	at     yamldoc.Place
	// failed tells that there is one, but it could not be read.
	failed bool
}

// given reports whether the document has an indicator, valid or not.
func (l link) given() bool { return l.inline != nil || l.ref != "" || l.failed }

// readIndicator reads indicator or indicatorRef of a spec or an objective, in a
// document of that name.
func readIndicator(o yamldoc.Object, document string) link {
	inline, ref := o.Get("indicator"), o.Get("indicatorRef")
	if inline.Present() && ref.Present() {
		ref.Fail("is given as well as indicator", "write only one of them")
	}
	switch {
	case inline.Present():
		i := inline.Fields("metadata", "spec", "thresholdMetric", "ratioMetric")
		var m format.Metadata
		if v := i.Get("metadata"); v.Present() {
			m = readMetadata(v, indicatorSettings()...)
			leaveOutMetadata(v, document)
		}
		s := readMeasurement(indicatorSpec(i, m.Name))
		s.indicator = chooseKind(m.Settings, s.indicator)
		if s.indicator == nil {
			return link{failed: true}
		}
		return link{inline: &s, at: inline.Place()}
	case ref.Present():
		name := o.NeedText("indicatorRef", "write the name of an SLI")
		return link{ref: name, at: ref.Place(), failed: name == ""}
	}
	return link{}
}

// indicatorSpec returns the spec of an indicator. Where the author left that level
// out, it reports so and returns the indicator itself.
func indicatorSpec(i yamldoc.Object, name string) yamldoc.Object {
	spec := i.Get("spec")
	for _, metric := range []string{"ratioMetric", "thresholdMetric"} {
		if v := i.Get(metric); v.Present() {
			v.Fail("belongs below spec", "write spec: below indicator, and move "+metric+" below that")
			if !spec.Present() {
				return i
			}
		}
	}
	if !spec.Present() && name != "" {
		spec.Fail("is missing", "write indicatorRef: "+name+" in place of indicator if that is an SLI of its own, or spec with ratioMetric or thresholdMetric below it")
		return spec.Object()
	}
	return format.Spec(i, "description", "thresholdMetric", "ratioMetric")
}

// find returns the indicator that a link leads to; nil if there is none.
func (l link) find(x *format.Index, r *yamldoc.Report) *sli {
	if l.failed || l.ref == "" {
		return l.inline
	}
	found := x.Refer(sliKind.Name, l.ref)
	switch {
	case len(found) == 0:
		r.Fail(l.at, fmt.Sprintf("there is no SLI named %q", l.ref), x.Suggest(sliKind.Name, l.ref, "add a document of the kind SLI with this name, or write indicator instead"))
	case len(found) > 1:
		r.Fail(l.at, fmt.Sprintf("there are %d SLIs named %q", len(found), l.ref), "give each a name of its own")
	case found[0].Failed:
		r.Fail(l.at, fmt.Sprintf("the SLI %q (%s) is not valid", l.ref, found[0].At.Position), "fix the errors there")
	default:
		s, _ := found[0].Value.(sli)
		return &s
	}
	return nil
}
