package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/promise-slo/promise-slo-datasource/internal/story"
)

// quarterly names an SLO of the story that missed the previous quarter, and keeps
// the present one.
const quarterly = "ledger-api-availability"

// stories prints what befell the services, and what the plugin found of it.
func (d *demo) stories(ctx context.Context, a *answer) error {
	fmt.Fprintln(d.out, "\nWhat befell the services, and what the plugin says of it:")
	for _, i := range story.Incidents(d.now) {
		if i.Service == "ledger-api" {
			continue // it is over with its quarter, see below
		}
		fmt.Fprintf(d.out, "- %s, %s: %s.\n  %s\n", i.Service, i.From.Format("2 January 15:04 MST"), i.Note, a.found(i))
	}
	next := story.Next(d.now)
	fmt.Fprintf(d.out, "- %s, at %s, is yet to come: %s.\n  Watch the alerts fire, and resolve when it is over.\n",
		next.Service, next.From.Format("15:04 MST"), next.Note)
	missed, err := d.missed(ctx, quarterly, d.now.Add(-100*24*time.Hour), a.at)
	if err != nil {
		return err
	}
	for _, c := range missed {
		fmt.Fprintf(d.out, "- %s\n", c)
	}
	return d.promises(ctx, a.at)
}

// found returns the worst incident that the plugin saw of one in the story.
func (a *answer) found(s story.Incident) string {
	var worst *incident
	for _, i := range a.incidents {
		overlaps := i.Start.Before(s.To) && s.From.Before(i.End)
		if i.service == s.Service && overlaps && (worst == nil || share(i.Incident) > share(worst.Incident)) {
			worst = &i
		}
	}
	if worst == nil {
		return "It burned too slowly for an incident: see the budget and when it runs out."
	}
	return worst.title + ": " + worst.text + "."
}
