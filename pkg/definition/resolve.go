package definition

import (
	"fmt"
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// resolveOptions configures what documents mean beside what they say.
type resolveOptions struct {
	limits Limits
	// period is that of SLOs whose documents have none; zero if it is not known.
	period slo.Period
	// now is the time after which dates are reported.
	now time.Time
}

// resolve returns what the files define, references between their documents
// resolved. The files are in order of their paths and are not changed.
func resolve(files []*contents, o resolveOptions) *Set {
	files, problems := within(o.limits, files)
	set := &Set{Problems: problems}
	all := make([]*format.Contents, len(files))
	for i, f := range files {
		all[i] = f.found
	}
	x := format.NewIndex(all, o.period)
	for _, f := range all {
		set.Problems = append(set.Problems, f.Problems...)
		set.Documents += len(f.Drafts) + len(f.Entries)
		for _, d := range f.Drafts {
			set.add(d, x)
		}
	}
	set.addServices(x)
	for _, f := range formats() {
		if f.Complete != nil {
			set.Problems = append(set.Problems, f.Complete(x, set.SLOs, o.now)...)
		}
	}
	set.refuse(x)
	set.Problems = append(set.Problems, x.Check()...)
	set.addLeftOut(all, x)
	yamldoc.SortProblems(set.Problems)
	return set
}

// within returns the files before there are too many documents, and an error
// about the first file after them.
func within(limits Limits, files []*contents) ([]*contents, []Problem) {
	documents := 0
	for i, f := range files {
		if documents += f.found.Documents; documents > limits.Documents && i > 0 {
			message := fmt.Sprintf("there are more than %d documents; this file and those after it are not read", limits.Documents)
			return files[:i], refuse(f.path, message, "split the definitions into several folders").found.Problems
		}
	}
	return files, nil
}

// refuse moves the SLOs that other documents leave undecided to those that are
// refused.
func (set *Set) refuse(x *format.Index) {
	set.SLOs = slices.DeleteFunc(set.SLOs, func(s slo.SLO) bool {
		refused := x.IsRefused(s.StableID())
		if refused {
			set.Refused = append(set.Refused, s)
		}
		return refused
	})
}

// addLeftOut adds the places of what the documents say and nothing keeps.
func (set *Set) addLeftOut(all []*format.Contents, x *format.Index) {
	x.LeaveOutUnused()
	for _, f := range all {
		for _, root := range f.Roots {
			set.LeftOut = append(set.LeftOut, root.LeftOut()...)
		}
	}
	slices.SortStableFunc(set.LeftOut, func(a, b Place) int { return a.Position.Compare(b.Position) })
}

// add completes a draft and adds the SLO unless it has an error.
func (set *Set) add(d format.Draft, x *format.Index) {
	r := &yamldoc.Report{}
	s := d.SLO
	s.Objectives = slices.Clone(s.Objectives)
	if d.Bind != nil {
		d.Bind(x.In(d.Identity[format.Namespace]), &s, r)
	}
	if s.Name != "" {
		x.CheckIdentity(r, d)
		s.Instance, s.Identity = x.Instance(d), d.IdentityText()
	}
	checkService(d, x, r)
	if !d.Failed && !r.Failed() {
		if err := s.Validate(); err != nil {
			format.Refuse(r, yamldoc.Place{Position: s.Source}, err)
		}
	}
	if d.Failed || r.Failed() {
		set.Refused = append(set.Refused, s)
	} else {
		set.SLOs = append(set.SLOs, s)
	}
	r.Attribute(s.Name)
	set.Problems = append(set.Problems, r.Problems()...)
}

// checkService reports a service without a document, if others have one.
func checkService(d format.Draft, x *format.Index, r *yamldoc.Report) {
	kind, name := format.ServiceKind.Name, d.SLO.Service
	if d.Service != (yamldoc.Place{}) && name != "" && len(x.All(kind)) > 0 && len(x.Find(kind, name)) == 0 {
		r.Warn(d.Service, fmt.Sprintf("there is no Service named %q", name), x.Suggest(kind, name, "add a document of the kind Service with this name"))
	}
}

// addServices adds the services without an error, each of which has a name of its
// own in its namespace.
func (set *Set) addServices(x *format.Index) {
	for _, e := range x.All(format.ServiceKind.Name) {
		if s, ok := e.Value.(Service); ok && !e.Failed && len(x.Alike(e)) == 1 {
			set.Services = append(set.Services, s)
		}
	}
}
