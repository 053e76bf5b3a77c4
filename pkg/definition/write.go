package definition

import (
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Written is the text of one or more documents that belong together, such as
// an SLO and the promise about it.
type Written struct {
	// Name is unique among what is written at once, and fit for a file.
	Name    string
	Content []byte
}

// WriteOpenSLO writes what was read, in whatever format, as documents of
// OpenSLO (openslo/v1) and of the kind Promise. Reading them gives the same
// SLOs and services but for their positions; annotations say what OpenSLO has
// no field for. The error joins what cannot be written, which is left out.
func WriteOpenSLO(set *Set) ([]Written, error) {
	var all []Written
	var errs []error
	taken := map[string]bool{}
	for _, s := range set.SLOs {
		taken[s.Name] = true
	}
	if w, err := writeServices(set.Services, taken); err != nil {
		errs = append(errs, err)
	} else if w != nil {
		all = append(all, *w)
	}
	for _, s := range set.SLOs {
		name := s.Name
		if !isOpenSLOName(name) {
			name = free(taken, openSLOName(name))
		}
		content, err := writeSLO(s, name)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: the SLO %s cannot be written: %w", s.Source, quoted(s.Name), err))
			continue
		}
		all = append(all, Written{name, content})
	}
	return all, errors.Join(errs...)
}

func isOpenSLOName(name string) bool { return len(name) <= maxName && rfc1123.MatchString(name) }

// openSLOName is a name of OpenSLO that is like another, with room for a number
// after it.
func openSLOName(name string) string {
	const room = 4
	var b strings.Builder
	for _, r := range slug(name) {
		if r < 'a' && (r < '0' || r > '9') || r > 'z' {
			r = '-'
		}
		b.WriteRune(r)
	}
	short := b.String()
	short = strings.Trim(short[:min(len(short), maxName-room)], "-")
	if short == "" {
		return "slo"
	}
	return short
}

func writeServices(services []Service, taken map[string]bool) (*Written, error) {
	if len(services) == 0 {
		return nil, nil
	}
	var documents []any
	for _, s := range services {
		documents = append(documents, serviceDocument{
			header:   header{openSLO, "Service"},
			Metadata: metadataFields{Name: s.Name, DisplayName: s.DisplayName, Labels: s.Labels},
			Spec:     serviceFields{s.Description},
		})
	}
	content, err := marshal(documents...)
	return &Written{free(taken, "services"), content}, err
}

func writeSLO(s slo.SLO, name string) ([]byte, error) {
	document, err := documentOf(s, name)
	if err != nil {
		return nil, err
	}
	documents := []any{document}
	if s.Promise != nil {
		documents = append(documents, promiseOf(s, s.Promise, ""))
	}
	for _, o := range s.Objectives {
		if o.Promise != nil {
			documents = append(documents, promiseOf(s, o.Promise, o.Name))
		}
	}
	return marshal(documents...)
}

// marshal writes documents with the fields in the order of their types and the
// keys of maps sorted.
func marshal(documents ...any) ([]byte, error) {
	return yaml.Dump(documents, yaml.WithV4Defaults(), yaml.WithAllDocuments(), yaml.WithCompactSeqIndent(false), yaml.WithLineWidth(-1))
}

// header is what all documents begin with.
type header struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string `yaml:"kind"`
}

type metadataFields struct {
	Name        string            `yaml:"name"`
	DisplayName string            `yaml:"displayName,omitempty"`
	Labels      map[string]string `yaml:"labels,omitempty"`
	Annotations map[string]string `yaml:"annotations,omitempty"`
}

type serviceDocument struct {
	header   `yaml:",inline"`
	Metadata metadataFields `yaml:"metadata"`
	Spec     serviceFields  `yaml:"spec"`
}

type serviceFields struct {
	Description string `yaml:"description,omitempty"`
}

// number is written so that the same number is read.
type number float64

// MarshalYAML writes the shortest text that stands for the number.
func (n number) MarshalYAML() (any, error) { return plain(numeral(float64(n))).MarshalYAML() }

// plain is written without quotes.
type plain string

// MarshalYAML writes the text as it is.
func (p plain) MarshalYAML() (any, error) {
	return &yaml.Node{Kind: yaml.ScalarNode, Value: string(p)}, nil
}
