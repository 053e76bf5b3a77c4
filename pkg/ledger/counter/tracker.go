package counter

import (
	"maps"
	"slices"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

// Tracker follows the series of a plan's counters. It is not safe for
// concurrent use.
type Tracker struct {
	// distinguishing lists the labels that tell events apart.
	distinguishing []string
	// tracks maps the key of a series to its track, for each base.
	tracks  []map[string]*Track
	ordered []*Track
	// instances maps job and instance to the instance.
	instances map[string]*instance
	numbered  int
	// labelNames holds the names of each base's labels, and shared those that all
	// bases have and that do not distinguish events.
	labelNames []map[string]bool
	shared     []string

	// Rejections lists the first values that were not counted.
	Rejections []Rejection
}

// Rejection describes a counter that appeared at a value that it cannot have
// reached since its target was last seen, and so was not taken for new events.
type Rejection struct {
	Labels labels.Labels
	T      int64
	V      float64
}

// NewTracker returns a tracker for so many bases, which are the selectors whose
// series it follows. The labels in distinguishing tell events apart, such as the
// status code.
func NewTracker(bases int, distinguishing []string) *Tracker {
	tracks := make([]map[string]*Track, bases)
	for i := range tracks {
		tracks[i] = map[string]*Track{}
	}
	return &Tracker{
		distinguishing: append([]string{model.MetricNameLabel, labels.BucketLabel}, distinguishing...),
		tracks:         tracks,
		instances:      map[string]*instance{},
		labelNames:     make([]map[string]bool, bases),
	}
}

// Fresh returns a tracker of the same bases without any series.
func (k *Tracker) Fresh() *Tracker {
	c := NewTracker(len(k.labelNames), nil)
	c.distinguishing = k.distinguishing
	return c
}

// Track returns the track of a series of a base, and whether it is new; if so, the
// caller sets what its events count as. Series that differ only in the spelling of
// le are one.
func (k *Tracker) Track(base int, ls labels.Labels) (tr *Track, isNew bool) {
	key := identity(ls)
	if tr, ok := k.tracks[base][key]; ok {
		return tr, false
	}
	tr = &Track{number: len(k.ordered), key: key, labels: ls}
	k.tracks[base][key] = tr
	k.ordered = append(k.ordered, tr)
	tr.instance = k.instanceOf(ls)
	if k.addLabels(base, ls) {
		k.regroup()
	} else {
		k.joinKin(tr)
	}
	return tr, true
}

func (k *Tracker) instanceOf(ls labels.Labels) *instance {
	key := ls.Get("instance") + "\xff" + ls.Get("job")
	in, ok := k.instances[key]
	if !ok {
		k.numbered++
		in = &instance{number: k.numbered, hasLabel: ls.Has("instance"), kin: map[string]*kin{}}
		k.instances[key] = in
	}
	return in
}

// addLabels notes the labels of a base's series, and reports whether the shared
// ones have changed.
func (k *Tracker) addLabels(base int, ls labels.Labels) (changed bool) {
	if k.labelNames[base] == nil {
		k.labelNames[base], changed = map[string]bool{}, true
	}
	ls.Range(func(l labels.Label) {
		if !k.labelNames[base][l.Name] {
			k.labelNames[base][l.Name], changed = true, true
		}
	})
	if !changed {
		return false
	}
	shared := k.sharedNames()
	changed = !slices.Equal(shared, k.shared)
	k.shared = shared
	return changed
}

func (k *Tracker) sharedNames() []string {
	var shared []string
	for _, names := range k.labelNames {
		for name := range names {
			everywhere := !slices.Contains(k.distinguishing, name) && !slices.Contains(shared, name)
			for _, others := range k.labelNames {
				everywhere = everywhere && (others == nil || others[name])
			}
			if everywhere {
				shared = append(shared, name)
			}
		}
	}
	slices.Sort(shared)
	return shared
}

// regroup finds the kin of all tracks again.
func (k *Tracker) regroup() {
	for _, in := range k.instances {
		in.kin = map[string]*kin{}
	}
	for _, tr := range k.ordered {
		was := tr.kin
		k.joinKin(tr)
		if now := tr.kin; tr.seen {
			now.startedNew = was.startedNew && (now.startedNew || now.first == 0)
			now.first = earliest(now.first, tr.first)
		}
	}
}

func (k *Tracker) joinKin(tr *Track) {
	var key strings.Builder
	for _, name := range k.shared {
		key.WriteString(tr.labels.Get(name))
		key.WriteByte('\xff')
	}
	of, ok := tr.instance.kin[key.String()]
	if !ok {
		of = &kin{}
		tr.instance.kin[key.String()] = of
	}
	of.tracks = append(of.tracks, tr)
	tr.kin = of
}

// All returns the tracks in the order in which they were first seen. The caller
// must not change them.
func (k *Tracker) All() []*Track { return k.ordered }

// Clone returns a deep copy: walking on it leaves k as it is.
func (k *Tracker) Clone() *Tracker {
	c := *k
	c.Rejections = slices.Clone(k.Rejections)
	c.labelNames = make([]map[string]bool, len(k.labelNames))
	for base, names := range k.labelNames {
		c.labelNames[base] = maps.Clone(names)
	}
	c.tracks = make([]map[string]*Track, len(k.tracks))
	c.instances = make(map[string]*instance, len(k.instances))
	c.ordered = make([]*Track, len(k.ordered))
	copies := make([]Track, len(k.ordered))
	for i, tr := range k.ordered {
		copies[i] = *tr
		c.ordered[i] = &copies[i]
	}
	for base, tracks := range k.tracks {
		c.tracks[base] = make(map[string]*Track, len(tracks))
		for key, tr := range tracks {
			c.tracks[base][key] = c.ordered[tr.number]
		}
	}
	for key, in := range k.instances {
		c.instances[key] = c.copyInstance(in)
	}
	return &c
}

// copyInstance returns a copy of an instance whose tracks were copied under their
// numbers.
func (k *Tracker) copyInstance(in *instance) *instance {
	copied := *in
	copied.kin = make(map[string]*kin, len(in.kin))
	for key, of := range in.kin {
		family := *of
		family.tracks = make([]*Track, len(of.tracks))
		for i, tr := range of.tracks {
			family.tracks[i] = k.ordered[tr.number]
			family.tracks[i].kin, family.tracks[i].instance = &family, &copied
		}
		copied.kin[key] = &family
	}
	return &copied
}

// Forget drops the series that were last seen before a time, so that pods that come
// and go do not pile up.
func (k *Tracker) Forget(before int64) {
	if !slices.ContainsFunc(k.ordered, func(tr *Track) bool { return tr.t < before }) {
		return
	}
	k.ordered = slices.DeleteFunc(k.ordered, func(tr *Track) bool { return tr.t < before })
	for i, tr := range k.ordered {
		tr.number = i
	}
	for _, tracks := range k.tracks {
		maps.DeleteFunc(tracks, func(_ string, tr *Track) bool { return tr.t < before })
	}
	for name, in := range k.instances {
		for key, of := range in.kin {
			of.tracks = slices.DeleteFunc(of.tracks, func(tr *Track) bool { return tr.t < before })
			if len(of.tracks) == 0 {
				delete(in.kin, key)
			}
		}
		if len(in.kin) == 0 {
			delete(k.instances, name)
		}
	}
}

// Prime takes a series' first value as it is: what its counter counted before is
// neither known nor counted.
func (k *Tracker) Prime(tr *Track, t int64, v float64) {
	if !IsCount(v) || tr.seen && tr.v > v {
		return
	}
	tr.observe(t-lookback, v)
	tr.present, tr.coarse, tr.t = true, true, t
}

// MarkPresent notes which series count as present at the grid point t: those with a
// sample no older than a server looks back.
func (k *Tracker) MarkPresent(t int64) {
	for _, tr := range k.ordered {
		tr.present = tr.seen && t-tr.t < lookback
	}
}
