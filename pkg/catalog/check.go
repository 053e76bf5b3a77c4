package catalog

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Report contains everything that is wrong with definitions.
type Report struct {
	// Problems contains those of documents and of queries, by position, each once.
	Problems []definition.Problem
	// Checked contains the SLOs whose queries were compiled.
	Checked []slo.SLO
	// Uncountable counts the SLOs among Checked with a query whose events cannot be
	// counted.
	Uncountable int
	// uncountable contains the IDs of those SLOs.
	uncountable map[string]bool
}

// IsCountable reports whether the events of an SLO that was checked can be counted.
func (r *Report) IsCountable(s slo.SLO) bool { return !r.uncountable[s.ID()] }

// Unlimited makes Check compile all queries.
const Unlimited = 0

// Check compiles the queries of all SLOs, including refused ones, and reports what
// is wrong with them and with their documents. It stops with a warning where
// compiling costs more than the limit: 1,000,000 is about a second. The error is
// that of the context.
func (c *Catalog) Check(ctx context.Context, limit int) (*Report, error) {
	r := &Report{uncountable: map[string]bool{}}
	var found []definition.Problem
	cost := 0
	for _, s := range (&promql.Cache{}).Keep(c.SLOs) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if cost += costOf(s); limit != Unlimited && cost > limit {
			found = append(found, definition.Problem{
				Severity: definition.Warning, Position: s.Source, SLO: s.Name,
				Message: "there is more here than is checked at once; this SLO and those after it are not checked",
				Hint:    "check fewer at a time, or use promise validate, which checks all",
			})
			break
		}
		problems := queryProblems(s)
		if Count(problems, definition.Error) > 0 {
			r.Uncountable++
			r.uncountable[s.ID()] = true
		}
		found = append(found, problems...)
		found = append(found, changesProblems(s)...)
		r.Checked = append(r.Checked, s)
	}
	found = append(found, c.checkRefused(cost, limit)...)
	r.Problems = Merge(c.Problems, found)
	return r, ctx.Err()
}

func queryProblems(s slo.SLO) []definition.Problem {
	var problems []definition.Problem
	for _, o := range s.Objectives {
		plan, err := promql.PlanOf(s, o, promql.Scope{})
		switch {
		case err != nil:
			problems = append(problems, QueryProblem(s, err))
		default:
			problems = append(problems, warnings(s, plan.Caution, plan.Slip(o.Indicator))...)
		}
	}
	return problems
}

// changesProblems returns the problems of the queries that show when a service was
// changed. No number depends on them.
func changesProblems(s slo.SLO) []definition.Problem {
	var problems []definition.Problem
	seen := map[*slo.Promise]bool{}
	for _, o := range s.Objectives {
		p := s.PromiseOf(o)
		if p == nil || p.Changes == nil || seen[p] {
			continue
		}
		seen[p] = true
		if err := promql.CheckChanges(*p.Changes); err != nil {
			problem := QueryProblem(s, err)
			problem.Field, problem.Aside = "spec.changes", true
			problems = append(problems, problem)
		}
	}
	return problems
}

// warnings returns the problems of queries whose events can be counted.
func warnings(s slo.SLO, found ...*promql.Error) []definition.Problem {
	var problems []definition.Problem
	for _, e := range found {
		if e != nil {
			p := QueryProblem(s, e)
			p.Severity = definition.Warning
			problems = append(problems, p)
		}
	}
	return problems
}

// QueryProblem returns the problem of an SLO whose query cannot be compiled. Its
// field is "query"; the position says where in the document.
func QueryProblem(s slo.SLO, err error) definition.Problem {
	p := definition.Problem{Severity: definition.Error, Position: s.Source, Field: "query", Message: err.Error(), SLO: s.Name}
	if refused, ok := errors.AsType[*promql.Error](err); ok {
		p.Position, p.Message, p.Hint = refused.Position(), refused.Reason, refused.Hint
		if fragment := refused.Fragment(); fragment != "" {
			p.Message = fmt.Sprintf("`%s`: %s", fragment, refused.Reason)
		}
	}
	return p
}

// Merge returns problems by position, each once.
func Merge(problems, more []definition.Problem) []definition.Problem {
	all := slices.Concat(problems, more)
	slices.SortStableFunc(all, compareProblems)
	return slices.Compact(all)
}

func compareProblems(a, b definition.Problem) int {
	return cmp.Or(
		a.Position.Compare(b.Position),
		strings.Compare(a.SLO, b.SLO),
		strings.Compare(a.Field, b.Field),
		strings.Compare(a.Message, b.Message),
	)
}

// Count returns how many problems have a severity.
func Count(problems []definition.Problem, severity definition.Severity) int {
	n := 0
	for _, p := range problems {
		if p.Severity == severity {
			n++
		}
	}
	return n
}

// costOf returns what it costs to compile the queries of an SLO and to list it.
func costOf(s slo.SLO) int {
	text := len(s.Name) + len(s.DisplayName) + len(s.Description)
	for name, value := range s.Labels {
		text += len(name) + len(value)
	}
	cost := text / 32
	for _, o := range s.Objectives {
		cost += (len(o.Name)+len(o.DisplayName))/32 + promql.Cost(o.Indicator)
	}
	return cost
}
