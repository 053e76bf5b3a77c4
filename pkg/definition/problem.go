package definition

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Severity says what a problem means for the SLO it is about.
type Severity int

const (
	// Error means that the document was refused.
	Error Severity = iota
	// Warning means that the document was read, but not all that it says
	// has an effect.
	Warning
)

// String is error or warning.
func (s Severity) String() string { return [...]string{"error", "warning"}[s] }

// Problem is something that is wrong with a definition.
type Problem struct {
	Severity Severity
	Position slo.Position
	// Field is the path within the document, such as
	// spec.objectives[0].target; empty for the document as a whole.
	Field string
	// Message says what is wrong.
	Message string
	// Hint says how to fix it.
	Hint string
	// SLO is the name of the SLO that is affected, where it is known.
	SLO string
}

// Error is "file:line: field: what is wrong; how to fix it".
func (p Problem) Error() string {
	text := p.Position.String() + ": "
	if p.Field != "" {
		text += p.Field + ": "
	}
	text += p.Message
	if p.Hint != "" {
		text += "; " + p.Hint
	}
	return text
}

// place is where a problem can be: a position and the path of the field there.
type place struct {
	position slo.Position
	field    string
}

// report collects the problems of one document.
type report struct {
	problems []Problem
	failed   bool
}

// maxProblems is the number of problems of a document that are told.
const maxProblems = 20

func (r *report) fail(at place, message, hint string) {
	r.failed = true
	r.add(Problem{Severity: Error, Position: at.position, Field: at.field, Message: message, Hint: hint})
}

func (r *report) warn(at place, message, hint string) {
	r.add(Problem{Severity: Warning, Position: at.position, Field: at.field, Message: message, Hint: hint})
}

// add tells each problem once, where objectives share what is wrong.
func (r *report) add(p Problem) {
	switch n := len(r.problems); {
	case n > maxProblems || slices.Contains(r.problems, p):
		return
	case n == maxProblems:
		p.Field, p.Message, p.Hint = "", "there are more problems in this document", "fix the others first"
	}
	r.problems = append(r.problems, p)
}

// invalid reports an error of package slo, which says itself how to fix it.
func (r *report) invalid(at place, err error) {
	var invalid *slo.Invalid
	if errors.As(err, &invalid) {
		r.fail(at, invalid.What, invalid.Hint)
		return
	}
	r.fail(at, err.Error(), "")
}

// about is the problems, with the name of the SLO that they affect.
func (r *report) about(name string) []Problem {
	for i := range r.problems {
		r.problems[i].SLO = name
	}
	return r.problems
}

func sortProblems(problems []Problem) {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(a.Position.File, b.Position.File),
			cmp.Compare(a.Position.Line, b.Position.Line),
			cmp.Compare(a.Position.Column, b.Position.Column),
		)
	})
}

func quoted(s string) string { return fmt.Sprintf("%q", s) }

// Record is a problem as scripts and editors read it, in JSON.
type Record struct {
	Severity string `json:"severity"`
	File     string `json:"file"`
	// Line and Column start at 1; 0 is unknown.
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Field   string `json:"field"`
	Message string `json:"message"`
	Hint    string `json:"hint"`
	SLO     string `json:"slo"`
}

// Record is the problem as a Record.
func (p Problem) Record() Record {
	return Record{p.Severity.String(), p.Position.File, p.Position.Line, p.Position.Column, p.Field, p.Message, p.Hint, p.SLO}
}
