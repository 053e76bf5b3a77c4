package definition

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// index finds documents by name, in all files.
type index struct {
	slis     map[string][]sli
	sources  map[string][]dataSource
	services map[string][]service
	drafts   map[string][]place
	// sliNames and serviceNames are in order.
	sliNames, serviceNames []string
	// used are the names of the SLIs that some SLO refers to.
	used map[string]bool
	// searches is the number of suggestions that may still be looked for.
	searches int
}

// maxSearches bounds the suggestions for names of other documents: each is a
// comparison with all names.
const maxSearches = 20

func newIndex(files []*contents) *index {
	x := &index{
		slis: map[string][]sli{}, sources: map[string][]dataSource{}, services: map[string][]service{},
		drafts: map[string][]place{}, used: map[string]bool{}, searches: maxSearches,
	}
	for _, f := range files {
		for _, s := range f.slis {
			x.slis[s.name] = append(x.slis[s.name], s)
		}
		for _, s := range f.sources {
			x.sources[s.name] = append(x.sources[s.name], s)
		}
		for _, s := range f.services {
			x.services[s.Name] = append(x.services[s.Name], s)
		}
		for _, d := range f.drafts {
			x.drafts[d.slo.Name] = append(x.drafts[d.slo.Name], d.name)
		}
	}
	x.sliNames = slices.Sorted(maps.Keys(x.slis))
	x.serviceNames = slices.Sorted(maps.Keys(x.services))
	return x
}

// suggest is suggest, as long as it is not asked too often.
func (x *index) suggest(name string, known []string, other string) string {
	if x.searches--; x.searches < 0 {
		return other
	}
	return suggest(name, known, other)
}

// resolve puts files together: references between documents, names that are
// given twice,
// promises, some of which may be dated later than now. The files are in order
// of their paths and are not changed.
func resolve(files []*contents, limits Limits, now time.Time) *Set {
	files, set := within(files, limits)
	x := newIndex(files)
	for _, f := range files {
		set.Problems = append(set.Problems, f.problems...)
		for _, d := range f.drafts {
			set.add(d, x)
		}
	}
	for _, f := range files {
		set.addServices(f.services, x)
	}
	set.sign(files, x, now)
	set.checkNames(x)
	sortProblems(set.Problems)
	return set
}

// within leaves out the files after too many documents, and says so.
func within(files []*contents, limits Limits) ([]*contents, *Set) {
	set := &Set{}
	documents := 0
	for i, f := range files {
		if documents += f.documents; documents > limits.Documents && i > 0 {
			r := &report{}
			r.fail(place{position: slo.Position{File: f.path}}, fmt.Sprintf("there are more than %d documents; this file and those after it are not read", limits.Documents), "split the definitions into several folders")
			set.Problems = r.problems
			return files[:i], set
		}
	}
	return files, set
}

// add completes a draft and takes it over unless it has an error.
func (set *Set) add(d draft, x *index) {
	r := &report{failed: d.failed}
	s := d.slo
	s.Objectives = slices.Clone(s.Objectives)
	for i, b := range d.bindings {
		b.bind(x, &s.Objectives[i], r)
	}
	if s.Name != "" {
		checkDuplicate(r, "SLO", s.Name, d.name, x.drafts[s.Name])
	}
	x.checkService(d, r)
	if !r.failed {
		if err := s.Validate(); err != nil {
			r.invalid(place{position: s.Source}, err)
		}
	}
	if !r.failed {
		set.SLOs = append(set.SLOs, s)
	}
	set.Problems = append(set.Problems, r.about(s.Name)...)
}

// checkService reports a service without a document, if others have one.
func (x *index) checkService(d draft, r *report) {
	if name := d.slo.Service; d.service != (place{}) && name != "" && len(x.services) > 0 && len(x.services[name]) == 0 {
		r.warn(d.service, fmt.Sprintf("there is no Service named %s", quoted(name)), x.suggest(name, x.serviceNames, "add a document of the kind Service with this name"))
	}
}

// checkDuplicate reports a name at one of its places if it has others.
func checkDuplicate(r *report, kind, name string, at place, places []place) {
	if len(places) > 1 {
		r.fail(at, fmt.Sprintf("the %s %s is defined %d times, also at %s", kind, quoted(name), len(places), elsewhere(at, places)), "give each a name of its own, or remove all but one")
	}
}

// elsewhere lists a few of the other places.
func elsewhere(at place, places []place) string {
	const most = 3
	text, listed := "", 0
	for _, p := range places {
		switch {
		case p == at:
			continue
		case listed == most:
			return text + " and elsewhere"
		case listed > 0:
			text += ", "
		}
		text += p.position.String()
		listed++
	}
	if listed == 0 {
		return "the same line, in the same text or in a file of the same name"
	}
	return text
}

func (set *Set) addServices(services []service, x *index) {
	for _, s := range services {
		if len(x.services[s.Name]) == 1 && !s.failed {
			set.Services = append(set.Services, s.Service)
		}
	}
}

// checkNames reports names of other documents that are given twice, and SLIs
// that no SLO refers to.
func (set *Set) checkNames(x *index) {
	checkDuplicates(set, "SLI", x.slis, func(s sli) place { return s.at })
	checkDuplicates(set, "DataSource", x.sources, func(s dataSource) place { return s.at })
	checkDuplicates(set, "Service", x.services, func(s service) place { return s.at })
	for _, name := range x.sliNames {
		if !x.used[name] {
			r := &report{}
			r.warn(x.slis[name][0].at, fmt.Sprintf("no SLO refers to the SLI %s", quoted(name)), "write its name as the indicatorRef of an SLO, or remove it")
			set.Problems = append(set.Problems, r.problems...)
		}
	}
}

func checkDuplicates[T any](set *Set, kind string, named map[string][]T, at func(T) place) {
	for _, name := range slices.Sorted(maps.Keys(named)) {
		var places []place
		for _, document := range named[name] {
			places = append(places, at(document))
		}
		for _, p := range places {
			r := &report{}
			checkDuplicate(r, kind, name, p, places)
			set.Problems = append(set.Problems, r.problems...)
		}
	}
}
