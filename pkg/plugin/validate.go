package plugin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// listedProblem is a problem in JSON.
type listedProblem struct {
	definition.Record
	// Text is all of it in a sentence.
	Text string `json:"text"`
}

// verdict is what is thought of a document.
type verdict struct {
	Problems []listedProblem `json:"problems"`
	SLOs     []listedSLO     `json:"slos"`
}

// maxValidations is how many texts are checked at a time.
const maxValidations = 2

// validate reads the YAML text of the request, and keeps nothing of it.
func (d *Datasource) validate(r *http.Request) (any, error) {
	leave, err := d.enter(r.Context(), d.validations, "texts are being checked already; ask again later")
	if err != nil {
		return nil, err
	}
	defer leave()
	text, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, int64(d.limits.BodyBytes)))
	if _, long := errors.AsType[*http.MaxBytesError](err); long {
		return nil, beyond("bodyBytes", fmt.Sprintf("the text has more than %d bytes", d.limits.BodyBytes), "check it in several parts")
	}
	if err != nil {
		return nil, badRequest("the text cannot be read: " + err.Error())
	}
	set := definition.Read(definition.File{Content: text})
	e := &examination{problems: slices.Clone(set.Problems)}
	if err := e.examine(r.Context(), set.SLOs); err != nil {
		return nil, err
	}
	v := verdict{Problems: []listedProblem{}, SLOs: []listedSLO{}}
	for _, p := range e.problems {
		v.Problems = append(v.Problems, listedProblem{p.Record(), p.Error()})
	}
	for _, s := range e.slos {
		v.SLOs = append(v.SLOs, listed(s))
	}
	return v, nil
}

// maxWork is how much work is done for one text: about a second, for some
// 10,000 queries. Anybody who may query the data source may send texts.
const maxWork = 1_000_000

// examination is of SLOs that anybody may have written.
type examination struct {
	problems []definition.Problem
	// slos are those that were looked at.
	slos []slo.SLO
	work int
}

// examine compiles the queries, up to the limit. The error is the context's.
func (e *examination) examine(ctx context.Context, slos []slo.SLO) error {
	for _, s := range (&promql.Cache{}).Keep(slos) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if e.work += effort(s); e.work > maxWork {
			e.problems = append(e.problems, definition.Problem{
				Severity: definition.Warning, Position: s.Source, SLO: s.Name,
				Message: "there is more here than is checked at once; this SLO and those after it are not checked",
				Hint:    "check fewer at a time, or use promise validate, which checks all",
			})
			return nil
		}
		e.problems = append(e.problems, refusals([]slo.SLO{s})...)
		e.slos = append(e.slos, s)
	}
	return nil
}

// effort is what it costs to compile the queries of an SLO and to list it.
func effort(s slo.SLO) int {
	listed := len(s.Name) + len(s.DisplayName) + len(s.Description)
	for name, value := range s.Labels {
		listed += len(name) + len(value)
	}
	work := listed / 32
	for _, o := range s.Objectives {
		work += (len(o.Name)+len(o.DisplayName))/32 + promql.Cost(o.Indicator)
	}
	return work
}
