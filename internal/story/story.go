// Package story tells the history that the demo shows: six services of three
// teams, about a hundred days long, with all that befalls services. It comes
// with the definitions of their SLOs.
package story

import (
	"embed"
	"io/fs"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
)

// Appender takes the story's samples; *prometheus.Writer is one.
type Appender interface {
	Append(series labels.Labels, samples ...prometheus.Sample)
}

// Options say when and how the story is told.
type Options struct {
	// The time from which the story looks back.
	Now time.Time
	// How long the services go on after Now. A server shows
	// samples of the future when their time has come, so that a demo stays
	// alive for that long.
	Ahead time.Duration
	// Seed makes the noise; the same options tell the same story.
	Seed uint64
}

const day = 24 * time.Hour

// The history's length, and how much of it was scraped at the finer interval.
const (
	history = 100 * day
	recent  = 35 * day
)

// Write writes the story's samples.
func Write(w Appender, o Options) {
	n := narrator{Options: o, out: w, incidents: append(Incidents(o.Now), Next(o.Now))}
	for _, s := range services {
		n.tell(s)
	}
	n.probe()
	n.backlog()
}

//go:embed definitions/*.yaml
var definitions embed.FS

// Definitions holds the definitions of the story's SLOs, a file each.
func Definitions() fs.FS {
	files, err := fs.Sub(definitions, "definitions")
	if err != nil {
		panic(err) // the path is a constant, and valid
	}
	return files
}

// narrator writes one story.
type narrator struct {
	Options
	out       Appender
	incidents []Incident
}

// span bounds the time for which a service has samples.
func (n narrator) span(s service) (from, until time.Time) {
	from = n.Now.Add(-history)
	if s.lastQuarter {
		if quarter := previousQuarter(n.Now).Add(-day); quarter.Before(from) {
			from = quarter
		}
	}
	return from, n.Now.Add(n.Ahead)
}

// scrapes calls visit for every scrape in (from, until], oldest first, with its
// time and the time since the scrape before.
func (n narrator) scrapes(from, until time.Time, visit func(at, since int64)) {
	fine := n.Now.Add(-recent).UnixMilli()
	interval := func(t int64) int64 {
		if t < fine {
			return 60_000
		}
		return 30_000
	}
	for at := from.UnixMilli(); ; {
		step := interval(at)
		if at += step; at > until.UnixMilli() {
			return
		}
		visit(at, step)
	}
}
