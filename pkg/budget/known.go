package budget

import "time"

// Fresh returns the moment up to which the account is known: now, or its last knot
// if that is not much older.
func (e *Evaluation) Fresh() time.Time { return e.fresh }

// Known reports whether there is enough data to say what may come. The state may be
// no_data all the same, where too little is seen to call an SLO healthy.
func (e *Evaluation) Known() bool { return e.enough() }
