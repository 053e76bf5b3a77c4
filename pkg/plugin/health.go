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

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/guard"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// healthDetails are the JSON details of a health check.
type healthDetails struct {
	// Server is what the server says it is, empty if it does not.
	Server string `json:"server,omitempty"`
	SLOs   int    `json:"slos"`
	// Recorded is how many of the SLOs are read from recorded series.
	Recorded int      `json:"recorded"`
	Services []string `json:"services"`
	// Differing are the SLOs that differ from the server's own count on some
	// day, as far as their ledgers are in memory.
	Differing []string `json:"differing,omitempty"`
	// Errors are sentences about definitions, and Warnings about numbers too.
	Errors   []string `json:"errors"`
	Warnings []string `json:"warnings"`
	// Verbose is what Grafana shows below the message.
	Verbose string `json:"verboseMessage,omitempty"`
}

// CheckHealth says whether the server can be asked and the definitions can be
// read; if not, what is wrong and how to fix it.
func (d *Datasource) CheckHealth(ctx context.Context, _ *backend.CheckHealthRequest) (*backend.CheckHealthResult, error) {
	ctx, done := d.during(ctx)
	defer done()
	details := healthDetails{Services: []string{}, Errors: []string{}, Warnings: []string{}}
	var message string
	err := guard.Func(func() (err error) {
		message, err = d.examine(ctx, &details)
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

// examine fills the details, and gives the good news or the first that is bad.
func (d *Datasource) examine(ctx context.Context, details *healthDetails) (string, error) {
	if d.fault != nil {
		return "", d.fault
	}
	if err := d.client.Check(ctx); err != nil {
		return "", err
	}
	if build, err := d.client.Buildinfo(ctx); err == nil {
		details.Server = strings.TrimSpace(fmt.Sprintf("%s %s", build.Flavour, build.Version))
	}
	set, err := d.library.definitions(ctx)
	if err != nil {
		return "", err
	}
	details.count(set)
	details.Recorded = d.ledgers.RecordedCount(ctx, set.SLOs)
	found := details.found()
	doubts := d.doubts(ctx, set.SLOs, details)
	switch n := len(details.Errors); {
	case n > 0:
		return "", fmt.Errorf("%s in the definitions: %s. The server works; found %s", counted(n, "error"), details.Errors[0], found)
	case len(set.SLOs) == 0:
		return "", badRequest("The server works, but no SLO is defined: " + d.library.whereToDefine())
	}
	return strings.Join(append([]string{"The server works. Found " + found}, doubts...), ". "), nil
}

// patience is for how long a health check waits for ledgers that are being
// filled.
const patience = time.Second

// doubts adds to the warnings, and returns in short, what speaks against the
// numbers: days that differ from the server's own count, and a clock that is
// wrong. It asks the server nothing.
func (d *Datasource) doubts(ctx context.Context, slos []slo.SLO, details *healthDetails) (all []string) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
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
		all = append(all, fmt.Sprintf("%d of %s %s from the server's own count on some day: %s", n, counted(len(slos), "SLO"), verb, named(details.Differing)))
	}
	if notice := d.ledgers.ClockNotice(); notice != "" {
		details.Warnings, all = append(details.Warnings, notice), append(all, notice)
	}
	return all
}

// mostNamed is how many SLOs a message names.
const mostNamed = 5

// named lists names, the first few of many.
func named(names []string) string {
	if n := len(names); n > mostNamed {
		return fmt.Sprintf("%s and %d others", strings.Join(names[:mostNamed], ", "), n-mostNamed)
	}
	return strings.Join(names, ", ")
}

// found tells what was found, such as "8 SLOs of 3 services, 5 of them read from
// recorded series, 1 warning".
func (h *healthDetails) found() string {
	text := fmt.Sprintf("%s of %s", counted(h.SLOs, "SLO"), counted(len(h.Services), "service"))
	if h.Recorded > 0 {
		text += fmt.Sprintf(", %d of them read from recorded series", h.Recorded)
	}
	if n := len(h.Warnings); n > 0 {
		text += ", " + counted(n, "warning")
	}
	return text
}

func (h *healthDetails) count(set *definition.Set) {
	h.SLOs = len(set.SLOs)
	h.Services = append(h.Services, services(set.SLOs)...)
	for _, p := range append(slices.Clone(set.Problems), refusals(set.SLOs)...) {
		if p.Severity == definition.Error {
			h.Errors = append(h.Errors, p.Error())
		} else {
			h.Warnings = append(h.Warnings, p.Error())
		}
	}
}

// refusals are the problems of indicators that cannot be rewritten into a
// count of events.
func refusals(slos []slo.SLO) []definition.Problem {
	var problems []definition.Problem
	for _, s := range slos {
		for _, o := range s.Objectives {
			if _, err := promql.PlanOf(s, o, promql.Scope{}); err != nil {
				problems = append(problems, refusal(s, o, err))
			}
		}
	}
	return problems
}

func services(slos []slo.SLO) []string {
	return distinct(slos, func(s slo.SLO) string { return s.Service })
}

// distinct are the values of an attribute, in order, without the empty one.
func distinct(slos []slo.SLO, of func(slo.SLO) string) []string {
	values := map[string]bool{}
	for _, s := range slos {
		values[of(s)] = true
	}
	delete(values, "")
	return slices.Sorted(maps.Keys(values))
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
