package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// load reads the definitions at the paths and checks their queries too.
func load(ctx context.Context, paths []string) (*definition.Set, error) {
	if len(paths) == 0 {
		return nil, errors.New("there are no definitions: name a file or folder with --definitions")
	}
	names := make([]string, len(paths))
	for i, path := range paths {
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("the definitions cannot be read: %w", err)
		}
		names[i] = filepath.ToSlash(filepath.Clean(path))
	}
	set, err := definition.Load(ctx, definition.Disk{}, names...)
	if err != nil {
		return nil, err
	}
	if len(set.SLOs)+len(set.Services)+len(set.Problems) == 0 {
		return nil, fmt.Errorf("no definition was found in %s: files of definitions end in .yaml or .yml", strings.Join(paths, ", "))
	}
	set.Problems = append(set.Problems, queryProblems(ctx, set.SLOs)...)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(set.Problems, byPosition)
	set.Problems = slices.Compact(set.Problems)
	return set, nil
}

// queryField is the field of problems with queries, which may lie anywhere in a
// document; their positions tell where.
const queryField = "query"

// queryProblems returns what is wrong with queries whose events cannot be
// counted, all of it unless the context ends.
func queryProblems(ctx context.Context, slos []slo.SLO) []definition.Problem {
	var problems []definition.Problem
	for _, s := range slos {
		if ctx.Err() != nil {
			break
		}
		for _, o := range s.Objectives {
			if _, err := promql.PlanOf(s, o, promql.Scope{}); err != nil {
				problems = append(problems, queryProblem(s, err))
			}
		}
	}
	return problems
}

func queryProblem(s slo.SLO, err error) definition.Problem {
	p := definition.Problem{Position: s.Source, Field: queryField, Message: err.Error(), SLO: s.Name}
	var refused *promql.Error
	if errors.As(err, &refused) {
		p.Position, p.Message, p.Hint = refused.Position(), refused.Reason, refused.Hint
		if fragment := refused.Fragment(); fragment != "" {
			p.Message = fmt.Sprintf("`%s`: %s", fragment, refused.Reason)
		}
	}
	return p
}

func byPosition(a, b definition.Problem) int {
	return cmp.Or(
		strings.Compare(a.Position.File, b.Position.File),
		cmp.Compare(a.Position.Line, b.Position.Line),
		cmp.Compare(a.Position.Column, b.Position.Column),
		strings.Compare(a.SLO, b.SLO),
		strings.Compare(a.Field, b.Field),
		strings.Compare(a.Message, b.Message),
	)
}

// count is how many problems have the severity.
func count(problems []definition.Problem, severity definition.Severity) int {
	n := 0
	for _, p := range problems {
		if p.Severity == severity {
			n++
		}
	}
	return n
}

// plural is a number of things, such as "1 error" or "2 errors".
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
