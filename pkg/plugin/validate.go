package plugin

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
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

// validate reads the YAML text of the request, and keeps nothing of it.
func (d *Datasource) validate(r *http.Request) (any, error) {
	text, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, int64(d.limits.BodyBytes)))
	if _, long := errors.AsType[*http.MaxBytesError](err); long {
		return nil, beyond("bodyBytes", fmt.Sprintf("the text has more than %d bytes", d.limits.BodyBytes), "check it in several parts")
	}
	if err != nil {
		return nil, badRequest("the text cannot be read: " + err.Error())
	}
	set := definition.Read(definition.File{Content: text})
	v := verdict{Problems: []listedProblem{}, SLOs: []listedSLO{}}
	for _, p := range append(slices.Clone(set.Problems), refusals(set.SLOs)...) {
		v.Problems = append(v.Problems, listedProblem{p.Record(), p.Error()})
	}
	for _, s := range set.SLOs {
		v.SLOs = append(v.SLOs, listed(s))
	}
	return v, nil
}
