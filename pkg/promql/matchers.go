package promql

import (
	"errors"
	"fmt"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// ParseMatchers returns label matchers that are written as in PromQL, such as
// {team="payments",tier!="3"}. Empty text and {} are no matchers.
func ParseMatchers(s string) ([]*labels.Matcher, error) {
	text := strings.TrimSpace(s)
	if text == "" {
		return nil, nil
	}
	if !strings.HasPrefix(text, "{") {
		return nil, fmt.Errorf(`label matchers %q must stand in braces; write {team="payments"}`, s)
	}
	if err := checkMatcherText(text); err != nil {
		return nil, err
	}
	matchers, err := newParser().ParseMetricSelector(text)
	if err == nil {
		return matchers, nil
	}
	// A selector must match some name or value; matchers alone need not.
	if named, ok := newParser().ParseMetricSelector("any" + text); ok == nil {
		return attributes(&parser.VectorSelector{LabelMatchers: named}), nil
	}
	return nil, fmt.Errorf(`label matchers %q cannot be read: %w; write {team="payments"}`, s, err)
}

// checkMatcherText returns an error for text that would take long to read.
func checkMatcherText(text string) error {
	s := measure(text)
	if err := s.check(slo.Query{Expr: text}); err != nil {
		refused := (*Error)(nil)
		errors.As(err, &refused)
		return fmt.Errorf("label matchers %q cannot be read: %s; %s", truncate(text, longestFragment), refused.Reason, refused.Hint)
	}
	return nil
}
