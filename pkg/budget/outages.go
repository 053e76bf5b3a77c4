package budget

import (
	"cmp"
	"slices"
	"time"
)

// ServiceIncident pairs an incident with the service whose SLO it is of.
type ServiceIncident struct {
	Service string
	Incident
}

// Outage describes incidents of SLOs of one service that are one event.
type Outage struct {
	Service string
	// From the first start to the last end of its incidents.
	Start, End time.Time
	Kind       IncidentKind
	// Open reports that one of its incidents may still be going on.
	Open bool
	// Positions of its incidents among those that were grouped, the greatest share of a
	// budget first. Shares of different budgets do not add up.
	Incidents []int
}

// together is the share of the longer of two times for which they overlap at least if
// they belong to one outage: an outage in a leak is another one.
const together = 0.25

// Outages groups incidents, the earliest outage first. Each incident is in one outage,
// and outages of one service begin at different times.
func Outages(all []ServiceIncident) []Outage {
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(all[b].Share.v, all[a].Share.v) })
	var outages []Outage
	for _, i := range order {
		best := bestOutage(outages, all[i])
		if best < 0 {
			best = len(outages)
			outages = append(outages, Outage{Service: all[i].Service, Start: all[i].Start, End: all[i].End, Kind: all[i].Kind})
		}
		outages[best].add(i, all[i])
	}
	slices.SortStableFunc(outages, func(a, b Outage) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Service, b.Service))
	})
	return joinOutages(outages, all)
}

// joinOutages makes one of outages of a service that began at the same time.
func joinOutages(ordered []Outage, all []ServiceIncident) []Outage {
	var joined []Outage
	for _, o := range ordered {
		n := len(joined)
		if n == 0 || joined[n-1].Service != o.Service || !joined[n-1].Start.Equal(o.Start) {
			joined = append(joined, o)
			continue
		}
		for _, i := range o.Incidents {
			joined[n-1].add(i, all[i])
		}
		slices.SortStableFunc(joined[n-1].Incidents, func(a, b int) int { return cmp.Compare(all[b].Share.v, all[a].Share.v) })
	}
	return joined
}

// bestOutage returns the position of the outage that an incident belongs to, -1 if there
// is none.
func bestOutage(outages []Outage, i ServiceIncident) int {
	best, most := -1, together
	for n, o := range outages {
		if o.Service != i.Service {
			continue
		}
		if share := overlap(o.Start, o.End, i.Start, i.End); share >= most || o.Start.Equal(i.Start) {
			best, most = n, max(most, share)
		}
	}
	return best
}

// overlap returns for what share of the longer one two times overlap.
func overlap(from, to, start, end time.Time) float64 {
	both := earlier(to, end).Sub(later(from, start))
	return float64(both) / float64(max(to.Sub(from), end.Sub(start), 1))
}

func (o *Outage) add(position int, i ServiceIncident) {
	o.Start, o.End = earlier(o.Start, i.Start), later(o.End, i.End)
	o.Open = o.Open || i.Open
	if i.Kind == FastIncident {
		o.Kind = FastIncident
	}
	o.Incidents = append(o.Incidents, position)
}

// Name returns what identifies the outage: its service, and when it began.
func (o Outage) Name() string { return o.Service + " " + o.Start.UTC().Format("2006-01-02T15:04:05Z") }
