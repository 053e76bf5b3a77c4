package budget

// run is a range of cells, [first, end).
type run struct{ first, end int }

// length returns the number of cells.
func (r run) length() int { return r.end - r.first }

// candidate is a run that may be a maximal one. before and through are the sums of all
// scores before it, and through its end.
type candidate struct {
	run
	before, through float64
	// Nearest candidate to the left with less before it, -1 if there is none.
	link int
}

// maximalRuns returns the runs of cells in which the scores add up to the most: none of
// them would have more if it were longer or shorter, or joined with its neighbors
// (W. L. Ruzzo and M. Tompa, A linear time algorithm for finding all maximal scoring
// subsequences, 1999). Bad times count as one run unless the pause between them takes
// back more than one of them has.
func maximalRuns(from, to int, score func(i int) float64) []run {
	var all []candidate
	sum := 0.
	for i := from; i < to; i++ {
		s := score(i)
		if s <= 0 {
			sum += s
			continue
		}
		k := candidate{run: run{i, i + 1}, before: sum, through: sum + s}
		sum += s
		for {
			k.link = len(all) - 1
			for k.link >= 0 && all[k.link].before >= k.before {
				k.link = all[k.link].link
			}
			if k.link < 0 || all[k.link].through >= k.through {
				all = append(all, k)
				break
			}
			k.first, k.before = all[k.link].first, all[k.link].before
			all = all[:k.link]
		}
	}
	runs := make([]run, len(all))
	for i, c := range all {
		runs[i] = c.run
	}
	return runs
}
