package plugin

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/catalog"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/guard"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// healthDetails contains the JSON details of a health check.
type healthDetails struct {
	// Server names the server's software and version, if they are known.
	Server string `json:"server,omitempty"`
	SLOs   int    `json:"slos"`
	// Recorded counts the SLOs that are read from recorded series.
	Recorded int      `json:"recorded"`
	Services []string `json:"services"`
	// Differing lists the SLOs that differ from the server's own count on some day,
	// as far as their ledgers are in memory.
	Differing []string `json:"differing,omitempty"`
	// Impossible lists the SLOs with impossible counts, as far as their ledgers are
	// in memory.
	Impossible []string `json:"impossible,omitempty"`
	// Errors contains sentences about definitions, Warnings about numbers too.
	Errors   []string `json:"errors"`
	Warnings []string `json:"warnings"`
	// Grafana shows Verbose below the message.
	Verbose string `json:"verboseMessage,omitempty"`
}

// CheckHealth checks that the server answers and that the definitions can be read.
// If not, the message says what is wrong and how to fix it.
func (d *Datasource) CheckHealth(ctx context.Context, _ *backend.CheckHealthRequest) (*backend.CheckHealthResult, error) {
	ctx, done := d.withLifetime(ctx)
	defer done()
	details := healthDetails{Services: []string{}, Errors: []string{}, Warnings: []string{}}
	var message string
	err := guard.Func(func() (err error) {
		message, err = d.check(ctx, &details)
		return err
	})()
	logPanic(ctx, err)
	status := backend.HealthStatusOk
	if err != nil {
		backend.Logger.FromContext(ctx).Warn("The data source is not healthy", "error", err)
		status, message = backend.HealthStatusError, err.Error()
	}
	details.Verbose = strings.Join(slices.Concat(details.Errors, details.Warnings), "\n")
	text, err := json.Marshal(details)
	return &backend.CheckHealthResult{Status: status, Message: message, JSONDetails: text}, err
}

// check fills the details, and returns a summary, or the first error.
func (d *Datasource) check(ctx context.Context, details *healthDetails) (string, error) {
	if d.fault != nil {
		return "", d.fault
	}
	if err := d.client.Check(ctx); err != nil {
		return "", err
	}
	if build, err := d.client.Buildinfo(ctx); err == nil {
		details.Server = strings.TrimSpace(fmt.Sprintf("%s %s", build.Flavor, build.Version))
	}
	c, err := d.library.Catalog(ctx)
	if err != nil {
		return "", err
	}
	report, err := c.Check(ctx, catalog.Unlimited)
	if err != nil {
		return "", err
	}
	details.count(c, report)
	details.Recorded = d.ledgers.RecordedCount(ctx, c.SLOs)
	summary := details.summary()
	discrepancies := d.discrepancies(ctx, c.SLOs, details)
	switch n := len(details.Errors); {
	case n > 0:
		return "", fmt.Errorf("%s in the definitions: %s. The server works; found %s", human.Count(n, "error"), details.Errors[0], summary)
	case len(c.SLOs) == 0:
		return "", badRequest("The server works, but no SLO is defined: " + d.definitions.whereToWrite())
	}
	return strings.Join(append([]string{"The server works. Found " + summary}, discrepancies...), ". "), nil
}

// healthWait limits how long a health check waits for ledgers that are being filled.
const healthWait = time.Second

// maxNames limits how many SLOs a message names.
const maxNames = 5

// discrepancies adds what speaks against the numbers to the warnings, and returns it
// in short: impossible counts, days that differ from the server's own count, and
// a clock that is wrong.
// It sends no requests.
func (d *Datasource) discrepancies(ctx context.Context, slos []slo.SLO, details *healthDetails) (all []string) {
	ctx, cancel := context.WithTimeout(ctx, healthWait)
	defer cancel()
	if d.addImpossible(ctx, slos, details); len(details.Impossible) > 0 {
		verb := "have"
		if len(details.Impossible) == 1 {
			verb = "has"
		}
		all = append(all, fmt.Sprintf("%d of %s %s impossible counts: %s", len(details.Impossible), human.Count(len(slos), "SLO"), verb, human.List(details.Impossible, maxNames)))
	}
	days := d.ledgers.Differences(ctx, slos)
	details.Differing = slices.Sorted(maps.Keys(days))
	for _, name := range details.Differing {
		for _, day := range days[name] {
			details.Warnings = append(details.Warnings, name+": "+day.String())
		}
	}
	if n := len(days); n > 0 {
		verb := "differ"
		if n == 1 {
			verb = "differs"
		}
		all = append(all, fmt.Sprintf("%d of %s %s from the server's own count on some day: %s", n, human.Count(len(slos), "SLO"), verb, human.List(details.Differing, maxNames)))
	}
	if notice := d.ledgers.ClockNotice(); notice != "" {
		details.Warnings, all = append(details.Warnings, notice), append(all, notice)
	}
	return all
}

// addImpossible adds the SLOs with impossible counts to the details.
func (d *Datasource) addImpossible(ctx context.Context, slos []slo.SLO, details *healthDetails) {
	for _, e := range d.ledgers.Stored(ctx, slos) {
		text := e.At(e.AsOf, budget.Options{Location: d.location}).Impossible()
		if text == "" || slices.Contains(details.Impossible, e.SLO.ID()) {
			continue
		}
		details.Impossible = append(details.Impossible, e.SLO.ID())
		details.Warnings = append(details.Warnings, e.SLO.ID()+": "+text)
	}
}

// summary returns what was found, such as "8 SLOs of 3 services, 5 of them read from
// recorded series, 1 warning".
func (h *healthDetails) summary() string {
	text := fmt.Sprintf("%s of %s", human.Count(h.SLOs, "SLO"), human.Count(len(h.Services), "service"))
	if h.Recorded > 0 {
		text += fmt.Sprintf(", %d of them read from recorded series", h.Recorded)
	}
	if n := len(h.Warnings); n > 0 {
		text += ", " + human.Count(n, "warning")
	}
	return text
}

// count adds the numbers and problems of a catalog.
func (h *healthDetails) count(c *catalog.Catalog, report *catalog.Report) {
	h.SLOs = len(c.SLOs)
	h.Services = append(h.Services, catalog.Services(c.SLOs)...)
	for _, p := range report.Problems {
		if p.Severity == definition.Error {
			h.Errors = append(h.Errors, p.Error())
		} else {
			h.Warnings = append(h.Warnings, p.Error())
		}
	}
}
