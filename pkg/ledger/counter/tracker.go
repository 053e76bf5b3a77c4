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
	// telling are the labels by which events are told apart.
	telling []string
	// tracks are found by base and by the series' key.
	tracks  []map[string]*Track
	ordered []*Track
	// instances are found by job and instance.
	instances map[string]*instance
	numbered  int
	// names are the labels of each base's series; shared those of all bases
	// that do not tell events apart.
	names  []map[string]bool
	shared []string

	// Rejections are the births that were not believed.
	Rejections []Rejection
}

// Rejection is a counter that appeared at a value that it cannot have reached since
// its target was last seen, and so was not taken for new events.
type Rejection struct {
	Labels labels.Labels
	T      int64
	V      float64
}

// NewTracker returns a tracker of so many bases, which are the selectors whose
// series it follows. The labels in telling are those by which events are told
// apart, such as the status code.
func NewTracker(bases int, telling []string) *Tracker {
	tracks := make([]map[string]*Track, bases)
	for i := range tracks {
		tracks[i] = map[string]*Track{}
	}
	return &Tracker{
		telling:   append([]string{model.MetricNameLabel, labels.BucketLabel}, telling...),
		tracks:    tracks,
		instances: map[string]*instance{},
		names:     make([]map[string]bool, bases),
	}
}

// Fresh returns a tracker of the same bases without any series.
func (k *Tracker) Fresh() *Tracker {
	c := NewTracker(len(k.names), nil)
	c.telling = k.telling
	return c
}

// Track returns the track of a series of a base, and whether it is new; if so
// the caller sets what its events count as. Series that differ only in the
// spelling of le are one.
func (k *Tracker) Track(base int, ls labels.Labels) (tr *Track, isNew bool) {
	key := identity(ls)
	if tr, ok := k.tracks[base][key]; ok {
		return tr, false
	}
	tr = &Track{number: len(k.ordered), key: key, labels: ls}
	k.tracks[base][key] = tr
	k.ordered = append(k.ordered, tr)
	tr.instance = k.instanceOf(ls)
	if k.learn(base, ls) {
		k.rearrange()
	} else {
		k.place(tr)
	}
	return tr, true
}

func (k *Tracker) instanceOf(ls labels.Labels) *instance {
	key := ls.Get("instance") + "\xff" + ls.Get("job")
	in, ok := k.instances[key]
	if !ok {
		k.numbered++
		in = &instance{number: k.numbered, named: ls.Has("instance"), kin: map[string]*kin{}}
		k.instances[key] = in
	}
	return in
}

// learn notes the labels of a base's series and reports whether those that all
// bases share are others now.
func (k *Tracker) learn(base int, ls labels.Labels) (changed bool) {
	if k.names[base] == nil {
		k.names[base], changed = map[string]bool{}, true
	}
	ls.Range(func(l labels.Label) {
		if !k.names[base][l.Name] {
			k.names[base][l.Name], changed = true, true
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
	for _, names := range k.names {
		for name := range names {
			everywhere := !slices.Contains(k.telling, name) && !slices.Contains(shared, name)
			for _, others := range k.names {
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

// rearrange finds the kin of all tracks again.
func (k *Tracker) rearrange() {
	for _, in := range k.instances {
		in.kin = map[string]*kin{}
	}
	for _, tr := range k.ordered {
		was := tr.kin
		k.place(tr)
		if now := tr.kin; tr.seen {
			now.young = was.young && (now.young || now.first == 0)
			now.first = earliest(now.first, tr.first)
		}
	}
}

func (k *Tracker) place(tr *Track) {
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

// All returns the tracks in the order in which they were met. It must not be
// changed.
func (k *Tracker) All() []*Track { return k.ordered }

// Clone returns a deep copy: what is walked on it leaves k as it is.
func (k *Tracker) Clone() *Tracker {
	c := *k
	c.Rejections = slices.Clone(k.Rejections)
	c.names = make([]map[string]bool, len(k.names))
	for base, names := range k.names {
		c.names[base] = maps.Clone(names)
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
		c.instances[key] = c.adopt(in)
	}
	return &c
}

// adopt copies an instance whose tracks were copied under their numbers.
func (k *Tracker) adopt(in *instance) *instance {
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

// Forget drops the series that were last seen before t, so that pods that come
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
	tr.see(t-absence, v)
	tr.present, tr.coarse, tr.t = true, true, t
}

// MarkPresent notes which series are taken to be there at the grid point t: those
// with a sample no older than a server looks back.
func (k *Tracker) MarkPresent(t int64) {
	for _, tr := range k.ordered {
		tr.present = tr.seen && t-tr.t < absence
	}
}
