package upstream

import "context"

// Priority orders the requests that wait until the server has fewer to answer.
type Priority int

const (
	// Background is for work that nobody waits for, such as long fills.
	Background Priority = iota - 1
	// Normal is for people who look at a dashboard; it is the default.
	Normal
	// Urgent is for alert rules.
	Urgent
)

type priorityKey struct{}

// WithPriority returns a context whose questions have a priority. Those of a
// higher one go first. With the default Concurrency of 8, Background takes at most
// 6 requests at a time, Background and Normal at most 7. The same question is
// asked once for each priority.
func WithPriority(ctx context.Context, p Priority) context.Context {
	return context.WithValue(ctx, priorityKey{}, min(max(p, Background), Urgent))
}

// PriorityOf returns the priority of a context's questions.
func PriorityOf(ctx context.Context) Priority {
	p, _ := ctx.Value(priorityKey{}).(Priority)
	return p
}
