package upstream

import "context"

// Priority orders the requests that wait for a slot.
type Priority int

const (
	// Background is for work that nobody waits for, such as long fills.
	Background Priority = iota - 1
	// Normal, the default, is for people who look at a dashboard.
	Normal
	// Urgent is for alert rules.
	Urgent
)

type priorityKey struct{}

// WithPriority returns a context whose queries have a priority. Those of a higher
// one go first. With the default Concurrency of 8, Background takes at most 6
// requests at a time, Background and Normal together at most 7. The same query is
// asked once for each priority.
func WithPriority(ctx context.Context, p Priority) context.Context {
	return context.WithValue(ctx, priorityKey{}, min(max(p, Background), Urgent))
}

// PriorityOf returns the priority of a context's queries.
func PriorityOf(ctx context.Context) Priority {
	p, _ := ctx.Value(priorityKey{}).(Priority)
	return p
}
