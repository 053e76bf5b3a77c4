package demo

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/story"
)

// ahead says how long the services go on. What they will do is written in
// advance, and the server shows each sample when its time has come.
const ahead = 3 * 24 * time.Hour

func (d *demo) findServer(ctx context.Context) work {
	return func() (string, error) { return prometheus.Binary(ctx) }
}

// writeDefinitions writes the definitions to a folder, where the plugin reads
// them.
func (d *demo) writeDefinitions() (string, error) {
	d.definitions = filepath.Join(d.dir, "definitions", definitionsFolder)
	if err := os.CopyFS(d.definitions, story.Definitions()); err != nil {
		return "", err
	}
	return d.definitions, os.WriteFile(filepath.Join(d.definitions, "reviews.yaml"), []byte(story.Reviews(d.now)), 0o600)
}

func (d *demo) writeHistory(ctx context.Context) work {
	return func() (string, error) {
		blocks := prometheus.NewWriter(d.data())
		w := &writer{ctx: ctx, out: blocks}
		story.Write(w, story.Options{Now: d.now, Ahead: ahead, Seed: 1})
		if err := blocks.Close(); err != nil {
			return "", err
		}
		return fmt.Sprintf("%.1f million samples of %d series", float64(w.samples)/1e6, len(w.series)), ctx.Err()
	}
}

// data returns the server's folder.
func (d *demo) data() string { return filepath.Join(d.dir, "prometheus") }

func (d *demo) startServer(ctx context.Context) work {
	return func() (string, error) {
		var err error
		if d.server, err = prometheus.Start(ctx, prometheus.Options{Dir: d.data()}); err != nil {
			return "", err
		}
		return d.server.URL, nil
	}
}

// writer counts what is written, and writes no more once it is canceled.
type writer struct {
	ctx     context.Context
	out     story.Appender
	series  map[uint64]bool
	samples int
}

// Append implements story.Appender.
func (w *writer) Append(series labels.Labels, samples ...prometheus.Sample) {
	if w.ctx.Err() != nil {
		return
	}
	if w.series == nil {
		w.series = map[uint64]bool{}
	}
	w.series[series.Hash()] = true
	w.samples += len(samples)
	w.out.Append(series, samples...)
}
