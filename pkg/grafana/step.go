package grafana

// Action is what was done with a thing.
type Action string

const (
	Created Action = "created"
	Changed Action = "changed"
	// Right is all of a team, or a group of alert rules, that was as it should be.
	Right Action = "right"
	// Failed is a team whose things, or alert rules, that could not all be made.
	Failed Action = "failed"
	// Gone is a dashboard, or alert rules, whose team the definitions do not
	// have; they are left.
	Gone Action = "gone"
	// Missing are the uids of dashboards to which those of teams have links, and
	// that are not there.
	Missing Action = "missing"
)

// Step is one thing that was done, or that would be done in a trial.
type Step struct {
	Action Action
	// Thing names what it was done with, such as `folder "Promises of search"`.
	Thing string
	// Detail says more where there is more to say.
	Detail string
	// Err is why it failed.
	Err error
}
