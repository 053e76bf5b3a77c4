package format

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// SLOKind is the name under which an Index has SLOs.
const SLOKind = "SLO"

// Index finds documents of all files by kind and name.
type Index struct {
	kinds map[string]*entries
	// period is what Sloth is run with, as far as somebody said so.
	period  slo.Period
	periods periods
	// usedPeriods contains the periods of SLOs that AlertWindows may be about.
	usedPeriods map[slo.Period]bool
	// identical contains the SLOs that nothing tells from each other.
	identical map[nameAndKey][]*Entry
	// instances contains those of SLOs that share a name, by name and identity; nil
	// until the first is asked for.
	instances map[string]map[string]string
	// refused contains the IDs of SLOs that other documents leave undecided.
	refused map[string]bool
	// searches counts the suggestions that may still be looked for.
	searches *int
	// namespace is that of the document whose references are resolved.
	namespace string
}

// entries contains the documents of a kind.
type entries struct {
	kind   Kind
	all    []*Entry
	byName map[string][]*Entry
	// inNamespace contains them by namespace and name.
	inNamespace map[namespacedName][]*Entry
	// names are in order.
	names []string
	used  map[string]bool
}

// namespacedName names documents of a kind as Kubernetes does.
type namespacedName struct{ namespace, name string }

// maxSearches bounds the suggestions for names: each is a comparison with all that
// there are.
const maxSearches = 20

// NewIndex returns an index of the contents of files. The period is that of SLOs
// whose documents have none; zero if it is not known.
func NewIndex(files []*Contents, period slo.Period) *Index {
	x := &Index{kinds: map[string]*entries{}, identical: map[nameAndKey][]*Entry{}, usedPeriods: map[slo.Period]bool{}, refused: map[string]bool{}, period: period, searches: new(maxSearches)}
	for _, f := range files {
		for _, d := range f.Drafts {
			x.addSLO(d)
		}
		for i := range f.Entries {
			x.add(&f.Entries[i])
		}
	}
	for _, e := range x.kinds {
		e.names = slices.Sorted(maps.Keys(e.byName))
	}
	x.periods = newPeriods(x.All(AlertWindowsKind.Name))
	return x
}

func (x *Index) addSLO(d Draft) {
	e := &Entry{Kind: Kind{Name: SLOKind}, Name: d.SLO.Name, At: d.Name, Failed: d.Failed, identity: newIdentity(d.Identity)}
	x.add(e)
	same := nameAndKey{e.Name, e.identity.key}
	x.identical[same] = append(x.identical[same], e)
}

func (x *Index) add(e *Entry) {
	of := x.kinds[e.Kind.Name]
	if of == nil {
		of = &entries{kind: e.Kind, byName: map[string][]*Entry{}, inNamespace: map[namespacedName][]*Entry{}, used: map[string]bool{}}
		x.kinds[e.Kind.Name] = of
	}
	of.all = append(of.all, e)
	of.byName[e.Name] = append(of.byName[e.Name], e)
	in := namespacedName{e.Namespace, e.Name}
	of.inNamespace[in] = append(of.inNamespace[in], e)
}

// of returns the documents of a kind, of which there may be none.
func (x *Index) of(kind string) *entries {
	if e := x.kinds[kind]; e != nil {
		return e
	}
	return &entries{used: map[string]bool{}}
}

// All returns the documents of a kind, by file and position.
func (x *Index) All(kind string) []*Entry { return x.of(kind).all }

// Find returns the documents of a kind that have a name.
func (x *Index) Find(kind, name string) []*Entry { return x.of(kind).byName[name] }

// In returns the index as a document in a namespace sees it.
func (x *Index) In(namespace string) *Index {
	in := *x
	in.namespace = namespace
	return &in
}

// Refer returns the documents that a reference leads to, and keeps in mind that
// something refers to them. Those in the namespace of the document that refers to
// them go first, then those in none.
func (x *Index) Refer(kind, name string) []*Entry {
	of := x.of(kind)
	of.used[name] = true
	for _, namespace := range []string{x.namespace, ""} {
		if near := of.inNamespace[namespacedName{namespace, name}]; len(near) > 0 {
			return near
		}
	}
	return of.byName[name]
}

// Alike returns the documents of an entry's kind that have its name in its namespace,
// with the entry itself.
func (x *Index) Alike(e *Entry) []*Entry { return x.of(e.Kind.Name).alike(e) }

func (e *entries) alike(one *Entry) []*Entry {
	return e.inNamespace[namespacedName{one.Namespace, one.Name}]
}

// Suggest returns a hint with the document of a kind whose name was probably
// meant, or the other hint if none is close.
func (x *Index) Suggest(kind, name, other string) string {
	return x.SuggestFrom(name, x.of(kind).names, other)
}

// SuggestFrom returns a hint with the known word that was probably meant, or the
// other hint if none is close. After a number of searches, for all documents, it
// returns the other hint at once.
func (x *Index) SuggestFrom(word string, known []string, other string) string {
	if *x.searches--; *x.searches < 0 {
		return other
	}
	return yamldoc.Suggest(word, known, other)
}

// Check returns the problems of documents other than SLOs: names that several
// have, and documents that nothing refers to.
func (x *Index) Check() []yamldoc.Problem {
	var problems []yamldoc.Problem
	for _, kind := range slices.Sorted(maps.Keys(x.kinds)) {
		of := x.kinds[kind]
		for _, name := range of.names {
			problems = append(problems, of.check(name)...)
		}
	}
	return problems
}

func (e *entries) check(name string) []yamldoc.Problem {
	var problems []yamldoc.Problem
	found := e.byName[name]
	if e.kind.Unique && name != "" {
		for _, one := range found {
			r := &yamldoc.Report{}
			CheckUnique(r, one, e.alike(one))
			problems = append(problems, r.Problems()...)
		}
	}
	if e.kind.Unused != "" && !e.used[name] {
		r := &yamldoc.Report{}
		r.Warn(found[0].At, fmt.Sprintf("no SLO refers to the %s %q", e.kind.Name, name), e.kind.Unused)
		problems = append(problems, r.Problems()...)
	}
	return problems
}

// Refuse refuses the SLO that has a StableID, after all drafts were read: what other
// documents say about it is not known.
func (x *Index) Refuse(id string) { x.refused[id] = true }

// IsRefused reports whether the SLO that has a StableID was refused so.
func (x *Index) IsRefused(id string) bool { return x.refused[id] }

// LeaveOutUnused leaves out the documents that no SLO uses, if that is asked for.
func (x *Index) LeaveOutUnused() {
	for _, of := range x.kinds {
		for _, e := range of.all {
			w, windows := e.Value.(AlertWindows)
			if used := of.used[e.Name] || windows && x.usedPeriods[w.Period]; !used && !e.Failed && e.Root.Present() {
				e.Root.LeaveOut()
			}
		}
	}
}

// CheckUnique reports a document whose name others of its kind have as well.
func CheckUnique(r *yamldoc.Report, one *Entry, all []*Entry) {
	if len(all) < 2 {
		return
	}
	places := func(yield func(yamldoc.Place) bool) {
		for _, e := range all {
			if !yield(e.At) {
				return
			}
		}
	}
	message := fmt.Sprintf("the %s %q is defined %s, also at %s", one.Kind.Name, one.Name, times(len(all)), Elsewhere(one.At, places))
	r.Fail(one.At, message, cmp.Or(one.Kind.Twice, "give each a name of its own, or remove all but one"))
}

// times returns how often something happens, in words.
func times(n int) string {
	if n == 2 {
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}

// Elsewhere returns a list of a few of the places other than one.
func Elsewhere(at yamldoc.Place, places iter.Seq[yamldoc.Place]) string {
	const most = 3
	text, listed := "", 0
	for p := range places {
		switch {
		case p == at:
			continue
		case listed == most:
			return text + " and elsewhere"
		case listed > 0:
			text += ", "
		}
		text += p.Position.String()
		listed++
	}
	if listed == 0 {
		return "the same line, in the same text or in a file of the same name"
	}
	return text
}
