package definition

// Kept returns what a Reader keeps of its files, by name. Contents that were not
// parsed again are the same pointer.
func (r *Reader) Kept() map[string]any {
	all := map[string]any{}
	for name, f := range r.parsed {
		all[name] = f.contents
	}
	return all
}
