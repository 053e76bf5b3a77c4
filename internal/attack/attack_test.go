// Package attack_test asks the plugin's own process as Grafana does, and as
// nobody should: nobody who may ask can bring it down, hold up an alert or make
// it flood the server.
package attack_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// attack is something that anybody who may ask a query or a resource can send.
type attack struct {
	name string
	// requests is the most that may reach the server for it; 0 is any number.
	requests int64
	// within is the most that one answer may take; 0 is patience.
	within time.Duration
	// awaits says what must be there before the plugin withstands it; it is
	// skipped until then.
	awaits string
	send   func(*assault)
}

const (
	// patience is the most that an answer may take, unless the attack says
	// otherwise.
	patience = 30 * time.Second
	// alertWithin is the most that the alert query of an SLO that is known may
	// take, whatever else is asked.
	alertWithin = 2 * time.Second
	// hardLimit is the memory that the process may have, and softLimit its
	// GOMEMLIMIT. Its ledgers may take ledgerLimit of it.
	hardLimit   = 1 << 30
	softLimit   = 900 << 20
	ledgerLimit = 16 << 20
	// restLimit is what the heap may hold a minute after an attack: the ledgers,
	// and something for the rest.
	restLimit  = ledgerLimit + 80<<20
	restWithin = time.Minute
	// none is the bound of requests where all is refused. perSLO is how many it
	// takes until an SLO is known, and upkeep how many the known ones need each
	// minute in the background.
	none   = 1
	perSLO = 15
	upkeep = 4 * services
)

// TestAttacks sends all attacks to one process, one after the other.
func TestAttacks(t *testing.T) {
	g := newGround(t)
	for _, a := range slices.Concat(questions, filters, resources, faults, crowds, bodies) {
		t.Run(a.name, func(t *testing.T) {
			if a.awaits != "" {
				t.Skip(a.awaits)
			}
			g.endure(t, a)
		})
	}
}

// endure sends an attack and checks that it changes nothing for anybody else.
func (g *ground) endure(t *testing.T, a attack) {
	p := g.alive(t)
	p.log.forget()
	resetPeak(t, p.PID())
	asked := g.proxy.asked.Load()
	w := g.watch(t, p)
	s := &assault{T: t, ground: g, target: p, source: g.shop, within: a.within}
	if s.within == 0 {
		s.within = patience
	}
	began := time.Now()
	a.send(s)
	took := time.Since(began)
	w.end()
	requests := g.proxy.asked.Load() - asked
	if p.ended() {
		t.Fatalf("the process ended after %s: %s", round(took), strings.Join(p.log.said(), "\n"))
	}
	if s.unanswered {
		defer p.Stop() // what it is at would be told of the next attack
	}
	if most := a.requests + w.mayAsk(took) + upkeep; a.requests > 0 && requests > most {
		t.Errorf("%d requests reached the server, want at most %d", requests, most)
	}
	peak := peak(t, p.PID())
	if peak > hardLimit {
		t.Errorf("the process took %s, want at most %s", size(peak), size(hardLimit))
	}
	back, rest := p.rest(t, g.shop)
	for _, line := range p.log.said() {
		t.Errorf("it logged: %s", line)
	}
	t.Logf("%s; peak %s, back to a heap of %s after %s; %d requests; slowest answer %s, slowest alert of %d %s",
		round(took), size(peak), size(rest), round(back), requests, round(s.slowest), w.answers, round(w.slowest))
}

func size(bytes int64) string { return fmt.Sprintf("%d MiB", bytes>>20) }

func round(d time.Duration) time.Duration { return d.Round(10 * time.Millisecond) }
