package plugin

import (
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/promise-slo/promise-slo-datasource/pkg/catalog"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
)

// listedProblem describes a problem in the answer of the resource /validate.
type listedProblem struct {
	definition.Record
	// All of it in a sentence.
	Text string `json:"text"`
}

// verdict is the answer of the resource /validate to a document.
type verdict struct {
	Problems []listedProblem `json:"problems"`
	SLOs     []listedSLO     `json:"slos"`
}

const (
	// maxValidations limits how many texts are checked at a time.
	maxValidations = 2
	// maxCost limits what it costs to check a text: about a second, for some
	// 10,000 queries. Anybody who may query the data source may send texts.
	maxCost = 1_000_000
)

// validate reads the YAML text of the request, and keeps nothing of it.
func (d *Datasource) validate(r *http.Request) (any, error) {
	tooLong := limitError("bodyBytes", fmt.Sprintf("the text has more than %d bytes", d.limits.BodyBytes), "check it in several parts")
	if r.ContentLength > int64(d.limits.BodyBytes) {
		return nil, tooLong
	}
	leave, err := d.acquire(r.Context(), d.validationSlots, "texts are being checked already; ask again later")
	if err != nil {
		return nil, err
	}
	defer leave()
	text, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, int64(d.limits.BodyBytes)))
	if _, long := errors.AsType[*http.MaxBytesError](err); long {
		return nil, tooLong
	}
	if err != nil {
		return nil, badRequest("the text cannot be read: " + err.Error())
	}
	c, err := catalog.Load(r.Context(), catalog.WithClock(d.definitions.withPeriod(catalog.Inline(text)), d.now))
	if err != nil {
		return nil, err
	}
	report, err := c.Check(r.Context(), maxCost)
	if err != nil {
		return nil, err
	}
	return newVerdict(report), nil
}

func newVerdict(report *catalog.Report) verdict {
	v := verdict{Problems: []listedProblem{}, SLOs: []listedSLO{}}
	for _, p := range report.Problems {
		v.Problems = append(v.Problems, listedProblem{p.Record(), p.Error()})
	}
	for _, s := range report.Checked {
		v.SLOs = append(v.SLOs, newListedSLO(s))
	}
	return v
}
