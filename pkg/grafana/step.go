package grafana

// Action says what was done with a thing.
type Action string

const (
	Created Action = "created"
	Changed Action = "changed"
	// Unchanged means that all that a team has, or a group of alert rules, was in
	// line already.
	Unchanged Action = "unchanged"
	// Failed means that not all of what a team has, or of alert rules, could be made.
	Failed Action = "failed"
	// Gone means that the definitions do not have the team of a dashboard or of
	// alert rules; they are left.
	Gone Action = "gone"
	// Missing means that dashboards to which those of teams have links are not
	// there.
	Missing Action = "missing"
)

// Step describes one thing that was done, or that a dry run would do.
type Step struct {
	Action Action
	// The thing, such as `folder "Promises of search"`.
	Thing  string
	Detail string
	// Why it failed.
	Err error
}
