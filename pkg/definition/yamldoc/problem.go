package yamldoc

import (
	"slices"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Severity tells what a problem means for the document that has it.
type Severity int

const (
	// Error refuses the document.
	Error Severity = iota
	// Warning lets the document be read, though not all that it says has an
	// effect.
	Warning
)

// String returns error or warning.
func (s Severity) String() string { return [...]string{"error", "warning"}[s] }

// Problem describes something that is wrong with a document.
type Problem struct {
	Severity Severity
	Position slo.Position
	// Field contains the path within the document, such as
	// spec.objectives[0].target; empty for the document as a whole.
	Field string
	// Message says what is wrong.
	Message string
	// Hint says what to write instead.
	Hint string
	// SLO names the SLO that the problem affects, where that is known.
	SLO string
	// Aside tells that the document defines no SLO and changes none of its numbers,
	// so that the problem leaves nothing without a number.
	Aside bool
}

// Error returns the problem as "file:line: field: what is wrong; hint".
func (p Problem) Error() string { return p.Position.String() + ": " + p.Text() }

// Text returns the problem without its position, as "field: what is wrong; hint".
func (p Problem) Text() string {
	text := p.Message
	if p.Field != "" {
		text = p.Field + ": " + text
	}
	if p.Hint != "" {
		text += "; " + p.Hint
	}
	return text
}

// SortProblems sorts problems by file, line and column.
func SortProblems(problems []Problem) {
	slices.SortStableFunc(problems, func(a, b Problem) int { return a.Position.Compare(b.Position) })
}

// Place describes where a problem can be: a position and the path of the field
// there.
type Place struct {
	Position slo.Position
	Field    string
}

// Report collects the problems of one document. The zero value is ready to use.
type Report struct {
	problems []Problem
	failed   bool
}

// maxProblems bounds the problems that a report lists.
const maxProblems = 20

// Fail reports an error.
func (r *Report) Fail(at Place, message, hint string) {
	r.failed = true
	r.add(Problem{Severity: Error, Position: at.Position, Field: at.Field, Message: message, Hint: hint})
}

// Warn reports a warning.
func (r *Report) Warn(at Place, message, hint string) {
	r.add(Problem{Severity: Warning, Position: at.Position, Field: at.Field, Message: message, Hint: hint})
}

// add lists each problem once, where objectives share what is wrong.
func (r *Report) add(p Problem) {
	switch n := len(r.problems); {
	case n > maxProblems || slices.Contains(r.problems, p):
		return
	case n == maxProblems:
		p.Field, p.Message, p.Hint = "", "there are more problems in this document", "fix the others first"
	}
	r.problems = append(r.problems, p)
}

// Add takes over the problems of another report.
func (r *Report) Add(other *Report) {
	for _, p := range other.problems {
		r.add(p)
	}
	r.failed = r.failed || other.failed
}

// Failed reports whether there was an error.
func (r *Report) Failed() bool { return r.failed }

// First returns where the first error is.
func (r *Report) First() Place {
	for _, p := range r.problems {
		if p.Severity == Error {
			return Place{Position: p.Position, Field: p.Field}
		}
	}
	return Place{}
}

// Problems returns what was reported, in the order of reporting.
func (r *Report) Problems() []Problem { return r.problems }

// Attribute marks the problems so far as affecting an SLO.
func (r *Report) Attribute(name string) {
	for i := range r.problems {
		r.problems[i].SLO = name
	}
}

// PutAside marks the problems so far as those of a document that changes no number.
func (r *Report) PutAside() {
	for i := range r.problems {
		r.problems[i].Aside = true
	}
}

// Record describes a problem in JSON, for scripts and editors.
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

// Record returns the problem as a Record.
func (p Problem) Record() Record {
	return Record{
		Severity: p.Severity.String(), File: p.Position.File, Line: p.Position.Line, Column: p.Position.Column,
		Field: p.Field, Message: p.Message, Hint: p.Hint, SLO: p.SLO,
	}
}
