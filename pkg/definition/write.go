package definition

import (
	"errors"
	"fmt"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/openslo"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/promise"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Written contains the text of one or more documents about one subject, such as
// an SLO and its promise.
type Written struct {
	// Name is unique among what is written at once, and fit for a file.
	Name    string
	Content []byte
}

// WriteOpenSLO returns what was read, in whatever format, as documents of OpenSLO
// (openslo/v1) and of the kinds Promise, Review and Override. A review without a
// valid change is not valid where it is read, either. Reading them gives the same SLOs and
// services but for their positions; annotations say what OpenSLO has no field
// for. The error joins what cannot be written, which is left out.
func WriteOpenSLO(set *Set) ([]Written, error) {
	var all []Written
	var errs []error
	taken := map[string]bool{}
	for _, s := range set.SLOs {
		taken[s.Name] = true
	}
	if len(set.Services) > 0 {
		content, err := writeServices(set.Services)
		if err != nil {
			errs = append(errs, err)
		} else {
			all = append(all, Written{Name: format.Take(taken, "services"), Content: content})
		}
	}
	if overrides := serviceOverrides(set.SLOs); len(overrides) > 0 {
		content, err := yamldoc.Marshal(overrides...)
		if err != nil {
			errs = append(errs, err)
		} else {
			all = append(all, Written{Name: format.Take(taken, "overrides"), Content: content})
		}
	}
	for _, s := range set.SLOs {
		name := s.ID()
		if !openslo.IsName(name) {
			name = format.Take(taken, openslo.Name(name))
		}
		content, err := writeSLO(s, name)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: the SLO %q cannot be written: %w", s.Source, s.Name, err))
			continue
		}
		all = append(all, Written{Name: name, Content: content})
	}
	return all, errors.Join(errs...)
}

func writeServices(services []Service) ([]byte, error) {
	documents := make([]any, len(services))
	for i, s := range services {
		documents[i] = openslo.NewService(s)
	}
	return yamldoc.Marshal(documents...)
}

func writeSLO(s slo.SLO, name string) ([]byte, error) {
	document, err := openslo.NewSLO(s, name)
	if err != nil {
		return nil, err
	}
	documents := []any{document}
	if s.Promise != nil {
		documents = append(documents, promise.New(s, s.Promise, ""))
	}
	for _, o := range s.Objectives {
		if o.Promise != nil {
			documents = append(documents, promise.New(s, o.Promise, o.Name))
		}
	}
	for _, r := range s.Reviews {
		documents = append(documents, promise.NewReview(s, r))
	}
	for _, o := range s.Overrides {
		if o.Service == "" {
			documents = append(documents, promise.NewOverride(s, o))
		}
	}
	return yamldoc.Marshal(documents...)
}

// serviceOverrides returns the documents of overrides about services, each of which
// all SLOs of its service have.
func serviceOverrides(slos []slo.SLO) []any {
	var documents []any
	seen := map[string]bool{}
	for _, s := range slos {
		if seen[s.Service] {
			continue
		}
		seen[s.Service] = true
		for _, o := range s.Overrides {
			if o.Service != "" {
				documents = append(documents, promise.NewOverride(s, o))
			}
		}
	}
	return documents
}
