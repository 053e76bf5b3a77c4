package catalog

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// maxAge limits how old definitions get before they are read again.
const maxAge = 15 * time.Second

// How long to wait for definitions. A folder may be on another machine that does
// not answer; meanwhile the known definitions are served.
const (
	// firstWait applies where no definitions are known.
	firstWait = 10 * time.Second
	// nextWait applies where definitions from before are known. The next query
	// sees a change.
	nextWait = time.Second
)

// Library keeps the definitions of a source and reads them again when they may
// have changed. It compiles a query that stays the same once. Several goroutines
// may use a Library at once.
type Library struct {
	now    func() time.Time
	source Source
	reader *definition.Reader
	plans  promql.Cache
	// read loads the source.
	read func(context.Context) (*Catalog, error)
	// first and next are firstWait and nextWait.
	first, next time.Duration

	mu     sync.Mutex
	known  *Catalog
	readAt time.Time
	// reading describes the load that is under way, nil if none is.
	reading *reading
}

// reading describes one load of the definitions, for all who wait for it.
type reading struct {
	done    chan struct{}
	catalog *Catalog
	err     error
}

// NewLibrary returns a library of a source. The clock decides when definitions are
// read again.
func NewLibrary(s Source, now func() time.Time) *Library {
	l := &Library{source: s, reader: newReader(WithClock(s, now)), now: now, first: firstWait, next: nextWait}
	l.read = func(ctx context.Context) (*Catalog, error) { return load(ctx, l.source, l.reader) }
	return l
}

// Catalog returns the definitions, at most maxAge old. Where reading takes long
// it returns those from before, with a warning.
func (l *Library) Catalog(ctx context.Context) (*Catalog, error) {
	known, current := l.current(ctx)
	if current == nil {
		return known, nil
	}
	wait := l.first
	if known != nil {
		wait = l.next
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-current.done:
		return current.catalog, current.err
	case <-timer.C:
	case <-ctx.Done():
	}
	if known == nil {
		return nil, sourceError("the definitions are not read yet, and reading them takes long; try again in a moment, " +
			"or put the folder on a disk that answers faster")
	}
	return l.withWarning(known), nil
}

// current returns the definitions that are known, and the reading of newer ones
// if they are due.
func (l *Library) current(ctx context.Context) (*Catalog, *reading) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.known != nil && (!l.source.changes() || l.now().Sub(l.readAt) < maxAge) {
		return l.known, nil
	}
	if l.reading == nil {
		l.reading = &reading{done: make(chan struct{})}
		// It goes on for the others when the first caller has gone.
		go l.finish(context.WithoutCancel(ctx), l.reading)
	}
	return l.known, l.reading
}

// finish reads the definitions.
func (l *Library) finish(ctx context.Context, r *reading) {
	defer close(r.done)
	r.catalog, r.err = l.read(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.reading = nil
	if r.err == nil {
		r.catalog.SLOs = l.plans.Keep(r.catalog.SLOs)
		l.known, l.readAt = r.catalog, l.now()
	}
}

// withWarning returns definitions with a warning that there may be newer ones.
func (l *Library) withWarning(c *Catalog) *Catalog {
	set := *c.Set
	set.Problems = append(slices.Clone(set.Problems), definition.Problem{
		Severity: definition.Warning, Position: slo.Position{File: l.source.name()},
		Message: "the folder takes long to be read; its definitions are those from before", Hint: "put it on a disk that answers faster",
	})
	return &Catalog{&set}
}
