package plugin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/config"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// The values of the setting definitions.source.
const (
	sourceInline = "inline"
	sourceFolder = "folder"
)

// rereadAfter is for how long definitions in a folder are not read again.
const rereadAfter = 15 * time.Second

// rootVariables name the folder below which definitions may be read. Grafana
// passes the second one if its configuration has, in the section
// [plugin.promise-slo-datasource], the key definitions_root. The first one is
// for those who start the plugin otherwise.
var rootVariables = []string{"PROMISE_DEFINITIONS_ROOT", "GF_PLUGIN_DEFINITIONS_ROOT"}

// allowedRoot is the folder below which definitions may be read, empty if the
// administrator allows none.
func allowedRoot(ctx context.Context) string { return granted(ctx, rootVariables) }

// granted returns what the administrator set, in the plugin's own environment or
// in Grafana's configuration.
func granted(ctx context.Context, variables []string) string {
	configured := config.GrafanaConfigFromContext(ctx)
	for _, name := range variables {
		if value := os.Getenv(name); value != "" {
			return value
		}
		if value := configured.Get(name); value != "" {
			return value
		}
	}
	return ""
}

// How long definitions in a folder are waited for. A folder may be on another
// machine that does not answer; what is known of it goes on being answered.
const (
	// firstWait is for how long they are waited for where none are known.
	firstWait = 10 * time.Second
	// nextWait is for how long they are waited for where those from before are
	// known, so that a change is seen by the next query.
	nextWait = time.Second
)

// library holds the definitions, and sees when they change. It may be used by
// several goroutines at once.
type library struct {
	settings DefinitionSettings
	root     string
	now      func() time.Time
	reader   definition.Reader
	plans    promql.Cache
	// load reads the definitions.
	load func(context.Context) (*definition.Set, error)
	// first and next are firstWait and nextWait.
	first, next time.Duration

	mu   sync.Mutex
	set  *definition.Set
	read time.Time
	// reading is under way, nil if none is.
	reading *reading
}

// reading is one reading of the definitions, for all who wait for it.
type reading struct {
	done chan struct{}
	set  *definition.Set
	err  error
}

func newLibrary(s DefinitionSettings, root string, now func() time.Time) *library {
	l := &library{settings: s, root: root, now: now, first: firstWait, next: nextWait}
	l.load = l.readAll
	return l
}

// definitions returns what the library holds, at most rereadAfter old. Where
// reading takes long it returns those from before, with a warning.
func (l *library) definitions(ctx context.Context) (*definition.Set, error) {
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
		return current.set, current.err
	case <-timer.C:
	case <-ctx.Done():
	}
	if known == nil {
		return nil, &definitionsError{errors.New("the definitions are not read yet, and reading them takes long; try again in a moment, " +
			"or put the folder on a disk that answers faster")}
	}
	return l.late(known), nil
}

// current returns the definitions that are known, and the reading of newer ones
// if they are due.
func (l *library) current(ctx context.Context) (*definition.Set, *reading) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.set != nil && (l.settings.Source != sourceFolder || l.now().Sub(l.read) < rereadAfter) {
		return l.set, nil
	}
	if l.reading == nil {
		l.reading = &reading{done: make(chan struct{})}
		// It goes on when the one who asked first has gone, for the others.
		go l.finish(context.WithoutCancel(ctx), l.reading)
	}
	return l.set, l.reading
}

// finish reads the definitions.
func (l *library) finish(ctx context.Context, r *reading) {
	defer close(r.done)
	r.set, r.err = l.load(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.reading = nil
	if r.err == nil {
		r.set.SLOs = l.plans.Keep(r.set.SLOs)
		l.set, l.read = r.set, l.now()
	}
}

// late returns definitions with a warning that there may be newer ones.
func (l *library) late(set *definition.Set) *definition.Set {
	late := *set
	late.Problems = append(slices.Clone(set.Problems), definition.Problem{
		Severity: definition.Warning, Position: slo.Position{File: cmp.Or(l.settings.Folder, ".")},
		Message: "the folder takes long to be read; its definitions are those from before", Hint: "put it on a disk that answers faster",
	})
	return &late
}

func (l *library) readAll(ctx context.Context) (*definition.Set, error) {
	if l.settings.Source != sourceFolder {
		return definition.Read(definition.File{Content: []byte(l.settings.Inline)}), nil
	}
	folder, err := l.open()
	if err != nil {
		return nil, &definitionsError{err}
	}
	defer folder.Close()
	return l.reader.Load(ctx, definition.Folder(folder))
}

// definitionsError says why there are no definitions at all.
type definitionsError struct{ error }

func (e *definitionsError) Unwrap() error { return e.error }

// whereToDefine says what to do where no SLO is defined.
func (l *library) whereToDefine() string {
	if l.settings.Source == sourceFolder {
		return "put definitions into its folder, in files that end in .yaml or .yml"
	}
	return "write definitions in the settings of the data source"
}

// open opens the folder of definitions so that no path and no symbolic link in
// it leads out of the root.
func (l *library) open() (*os.Root, error) {
	if l.root == "" {
		return nil, errors.New("reading definitions from a folder is not allowed on this Grafana server; " +
			"ask its administrator to set definitions_root in the section [plugin.promise-slo-datasource] of Grafana's configuration, " +
			"or write the definitions inline")
	}
	folder := l.settings.Folder
	if folder == "" {
		folder = "."
	}
	if !filepath.IsLocal(folder) {
		return nil, fmt.Errorf("the folder of definitions %q leads out of the folder that the administrator allows; "+
			"write a path relative to that folder, without .. in it", l.settings.Folder)
	}
	root, err := os.OpenRoot(l.root)
	if err != nil {
		return nil, fmt.Errorf("the folder that the administrator allows for definitions cannot be opened: %w; "+
			"make sure that it exists and that Grafana may read it", withoutPath(err))
	}
	defer root.Close()
	inner, err := root.OpenRoot(folder)
	if err != nil {
		return nil, fmt.Errorf("the folder of definitions %q cannot be opened: %w; make sure that it is a folder below the one "+
			"that the administrator allows, and that Grafana may read it", l.settings.Folder, withoutPath(err))
	}
	return inner, nil
}

// withoutPath is an error of the file system that does not tell where the
// allowed folder is.
func withoutPath(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}
