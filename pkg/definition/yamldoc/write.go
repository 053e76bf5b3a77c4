package yamldoc

import (
	"strconv"

	"go.yaml.in/yaml/v4"
)

// Marshal returns documents as YAML, with the fields in the order of their types
// and the keys of maps sorted.
func Marshal(documents ...any) ([]byte, error) {
	return yaml.Dump(documents, yaml.WithV4Defaults(), yaml.WithAllDocuments(), yaml.WithCompactSeqIndent(false), yaml.WithLineWidth(-1))
}

// Number marshals so that the same number is read.
type Number float64

// String returns the shortest text that stands for the number.
func (n Number) String() string { return strconv.FormatFloat(float64(n), 'g', -1, 64) }

// MarshalYAML returns the shortest text that stands for the number.
func (n Number) MarshalYAML() (any, error) { return Plain(n.String()).MarshalYAML() }

// Plain marshals without quotes.
type Plain string

// MarshalYAML returns the text as it is.
func (p Plain) MarshalYAML() (any, error) {
	return &yaml.Node{Kind: yaml.ScalarNode, Value: string(p)}, nil
}
