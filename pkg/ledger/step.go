package ledger

// stepInfo is what is known of a step besides its events.
type stepInfo struct {
	// series is how many series had a value at the step's end, as far as is
	// known.
	series uint16
	// endsEarly is by how many milliseconds the step's events end before it.
	endsEarly uint16
	marks
}

// marks are what is noted of a step.
type marks uint8

const (
	// partial: the answer was partial, so the step is provisional.
	partial marks = 1 << iota
	// covered: some group had data; otherwise the step is unknown.
	covered
	// counted: series says how many there were when the step was counted.
	counted
	// fromRecords: it was read from records.
	fromRecords
	// follows: it was counted whole behind a partial step, and may have the
	// events that are missing from that one.
	follows
	// downsampled: its events are those of a longer time, spread evenly.
	downsampled
)

// has reports whether any of some marks is set.
func (m marks) has(some marks) bool { return m&some != 0 }
