package main

import (
	"io"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/promise-slo/promise-slo-datasource/pkg/human"
)

const (
	// showAfter delays the bar, which a short command does not need.
	showAfter = 500 * time.Millisecond
	// ticks divides the bar for each SLO.
	ticks = 1000
)

// progress shows how much of the SLOs' history is read, if a person watches.
type progress struct {
	bar     *progressbar.ProgressBar // nil without a terminal
	started time.Time

	mu     sync.Mutex
	shares []float64 // by SLO, 0 to 1
}

func newProgress(w io.Writer, slos int) *progress {
	p := &progress{started: time.Now(), shares: make([]float64, slos)}
	if isTerminal(w) && slos > 0 {
		p.bar = progressbar.NewOptions(slos*ticks,
			progressbar.OptionSetWriter(w),
			progressbar.OptionSetDescription("Reading history of "+human.Count(slos, "SLO")),
			progressbar.OptionSetWidth(30),
			progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish(),
		)
	}
	return p
}

func (p *progress) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		_ = p.bar.Clear()
		p.bar = nil
	}
}

// reporter returns a function to report how much of one SLO is done. Its objectives
// may report in turns; the furthest counts.
func (p *progress) reporter(slo int) func(done, all int) {
	return func(done, all int) {
		if all <= 0 {
			return
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		p.shares[slo] = max(p.shares[slo], min(1, float64(done)/float64(all)))
		p.show()
	}
}

func (p *progress) show() {
	if p.bar == nil || time.Since(p.started) < showAfter {
		return
	}
	sum := 0.0
	for _, share := range p.shares {
		sum += share
	}
	_ = p.bar.Set(int(sum * ticks)) // a bar that cannot be drawn is no reason to stop
}
