package budget

import "time"

// Fresh returns the moment up to which the account is known: now, or its last knot
// if that is not much older.
func (e *Evaluation) Fresh() time.Time { return e.fresh }

// Known reports whether there is enough data for a state: any other than no_data.
func (e *Evaluation) Known() bool { return e.enough() }
