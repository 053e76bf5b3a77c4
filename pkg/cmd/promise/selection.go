package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/promise-slo/promise-slo-datasource/pkg/catalog"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// selecting contains the flags that choose SLOs.
type selecting struct {
	reading
	Definitions []string `help:"File or folder of definitions; can be repeated." placeholder:"PATH" sep:"none" group:"SLOs:"`
	Selector    string   `help:"Name of an SLO, or label matchers as PromQL writes them. slo, service, team, objective and neededBy are labels too." placeholder:"MATCHERS" aliases:"slo" group:"SLOs:"`
	Objective   string   `help:"Only objectives of this name." placeholder:"NAME" group:"SLOs:"`
	NeededBy    string   `help:"Only SLOs that the promises of this team depend on." placeholder:"TEAM" group:"SLOs:"`
}

// selection contains what a command is about.
type selection struct {
	slos []slo.SLO
	// all contains those that are not selected, too.
	all []slo.SLO
	// refusals lists the definitions with errors that the selector may be about.
	refusals []catalog.Refusal
	// problems lists those of all definitions, whether selected or not.
	problems []definition.Problem
}

// selector returns what the flags select.
func (f *selecting) selector() (catalog.Selector, error) {
	s, err := catalog.ParseSelector(catalog.Criteria{SLOs: f.Selector, Objective: f.Objective, NeededBy: f.NeededBy})
	if err != nil {
		return s, fmt.Errorf("--selector: %w", err)
	}
	return s, nil
}

// selectSLOs reads the definitions and returns what the flags select. It is an error if that is nothing, unless nothing is defined.
func (f *selecting) selectSLOs(ctx context.Context, sys system) (selection, error) {
	selector, err := f.selector()
	if err != nil {
		return selection{}, err
	}
	c, report, err := f.load(ctx, sys, f.Definitions)
	if err != nil {
		return selection{}, err
	}
	s := selection{slos: c.Select(selector), all: c.SLOs, refusals: c.Refusals(selector), problems: report.Problems}
	if len(s.slos)+len(s.refusals) == 0 && len(c.SLOs) > 0 {
		return selection{}, errors.New(c.NoMatch(selector))
	}
	return s, nil
}

// refusedResults returns a result for each refused SLO whose name is known.
func (s selection) refusedResults() []result {
	var all []result
	for _, r := range s.refusals {
		if r.SLO != "" {
			all = append(all, result{SLO: slo.SLO{Name: r.SLO}, err: r})
		}
	}
	return all
}

// reading contains the flags that say how definitions are read.
type reading struct {
	DefaultSLOPeriod string `name:"default-slo-period" help:"The period that Sloth is run with, such as 28d; default: the period in AlertWindows, else 30d." placeholder:"PERIOD" group:"SLOs:"`
}

// load reads the definitions at the paths and checks their queries.
func (r reading) load(ctx context.Context, sys system, paths []string) (*catalog.Catalog, *catalog.Report, error) {
	return r.loadFrom(ctx, sys, paths, catalog.Paths(paths))
}

// loadFrom reads the definitions of a source, which has the paths.
func (r reading) loadFrom(ctx context.Context, sys system, paths []string, source catalog.Source) (*catalog.Catalog, *catalog.Report, error) {
	if len(paths) == 0 {
		return nil, nil, errors.New("there are no definitions: name a file or folder with --definitions")
	}
	period, err := definition.ParsePeriod(r.DefaultSLOPeriod)
	if err != nil {
		return nil, nil, fmt.Errorf("--default-slo-period: %w", err)
	}
	c, err := catalog.Load(ctx, catalog.WithClock(catalog.WithSlothPeriod(source, period), sys.now))
	if err != nil {
		return nil, nil, err
	}
	report, err := c.Check(ctx, catalog.Unlimited)
	return c, report, err
}
