// Package demo shows the plugin at work: it starts a Prometheus server with a
// hundred days of history, and the plugin's executable as Grafana starts it,
// and prints what the plugin says about the services of that history.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/promise-slo/promise-slo-datasource/internal/plugin"
	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
)

// Options say what the demo runs.
type Options struct {
	// Where the demo prints.
	Out io.Writer
	// Build makes the executable; nil if it is made already.
	Build func() error
	// FrontEnd builds the front end, which only a Grafana needs; nil if it is
	// built already.
	FrontEnd func() error
	// The folder that Grafana loads, with the executable in it.
	Plugin string
	// The folder with what Grafana starts with.
	Provisioning string
	// Once ends the demo after the first board. Otherwise it goes on until
	// it is stopped.
	Once bool
}

// Run runs the demo until ctx is done, this process is told to end, or its
// parent has ended. All that it started has then ended too, and what it wrote
// is removed.
func Run(ctx context.Context, o Options) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go watchParent(ctx, cancel)
	defer surviveClosedPipe()()
	d := &demo{Options: o, out: &output{o.Out, cancel}}
	err := d.run(ctx)
	if ctx.Err() != nil && !o.Once {
		fmt.Fprintln(d.out, "Stopped.")
		return nil
	}
	return err
}

// demo holds the state of one run.
type demo struct {
	Options
	out *output
	// The Grafana that shows it all, nil if there is none here.
	grafana *grafana
	// The time from which the story looks back, and from which its services go on.
	now time.Time
	dir string
	// folder is the plugin's, as an absolute path, and definitions that of
	// the definitions.
	folder, definitions string
	server              *prometheus.Server
	plugin              *plugin.Process
}

func (d *demo) run(ctx context.Context) (err error) {
	if d.folder, err = filepath.Abs(d.Plugin); err != nil {
		return err
	}
	if d.dir, err = os.MkdirTemp("", "promise-demo-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(d.dir)) }()
	if err := d.prepare(ctx); err != nil {
		return err
	}
	if err := d.step("Starting Prometheus", d.startServer(ctx)); err != nil {
		return err
	}
	defer d.server.Stop()
	if err := d.step("Starting the plugin", d.startPlugin(ctx)); err != nil {
		return err
	}
	defer d.plugin.Stop()
	if err := d.show(ctx); err != nil || d.Once {
		return err
	}
	return d.serve(ctx)
}

// prepare makes all that the servers need. What takes minutes comes first, so that the
// story begins when people can see it.
func (d *demo) prepare(ctx context.Context) error {
	if err := d.build(); err != nil {
		return err
	}
	if err := d.step("Finding a Prometheus server, or building one: that takes minutes, once", d.findServer(ctx)); err != nil {
		return err
	}
	d.now = time.Now().Truncate(time.Second)
	if err := d.step("Writing definitions of SLOs", d.writeDefinitions); err != nil {
		return err
	}
	return d.step("Making up a hundred days of history", d.writeHistory(ctx))
}

// build builds the plugin, and its front end if there is a Grafana to show it.
func (d *demo) build() (err error) {
	if d.grafana, err = findGrafana(); err != nil {
		return err
	}
	if d.Build != nil {
		if err := d.step("Building the plugin", d.made(d.Build)); err != nil {
			return err
		}
	}
	if d.grafana == nil || d.FrontEnd == nil || d.Once {
		return nil
	}
	return d.step("Building the plugin's front end", d.made(d.FrontEnd))
}

// show asks the plugin whether it works and how the SLOs stand.
func (d *demo) show(ctx context.Context) error {
	if err := d.step("Asking the plugin whether it works", d.checkHealth(ctx)); err != nil {
		return err
	}
	first, err := d.first(ctx)
	if err != nil {
		return err
	}
	if err := first.write(d.out); err != nil {
		return err
	}
	return d.stories(ctx, first)
}

// serve goes on until ctx is done.
func (d *demo) serve(ctx context.Context) error {
	stop, err := d.offerGrafana(ctx)
	if err != nil {
		return err
	}
	defer stop()
	return d.watch(ctx)
}
