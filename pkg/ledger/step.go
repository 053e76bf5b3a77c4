package ledger

// stepInfo holds what is known of a step besides its events.
type stepInfo struct {
	// series counts the series that had a value at the step's end, if the step is
	// marked counted.
	series uint16
	// How long before its end the step's events end, in
	// milliseconds.
	endsEarly uint16
	marks
}

// marks is a set of properties of a step.
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
