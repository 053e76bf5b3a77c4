package plugin

// recent remembers what was used of late, and forgets the rest: at most as many values
// as it may have, and at least half of them.
type recent[K comparable, V any] struct {
	most       int
	young, old map[K]V
}

func newRecent[K comparable, V any](most int) *recent[K, V] {
	return &recent[K, V]{most: most, young: map[K]V{}}
}

// get returns a value that is remembered.
func (r *recent[K, V]) get(key K) (value V, ok bool) {
	if value, ok = r.young[key]; ok {
		return value, true
	}
	if value, ok = r.old[key]; ok {
		r.put(key, value)
	}
	return value, ok
}

func (r *recent[K, V]) put(key K, value V) {
	if len(r.young) >= r.most/2 {
		r.old, r.young = r.young, map[K]V{}
	}
	r.young[key] = value
}
