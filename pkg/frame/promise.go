package frame

import (
	"fmt"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// promiseColumns returns the columns that make an objective a promise. They are
// null where the definition cannot be read.
func promiseColumns[R any](rows []R, of func(R) subject) []column[R] {
	linkColumn := func(name, title string, address func(*slo.Promise) string) column[R] {
		return col(name, link(title), func(r R) *string { return of(r).promiseText(address) })
	}
	return []column[R]{
		col("contact", display("Contact"), func(r R) *string { return of(r).promiseText(func(p *slo.Promise) string { return p.Owner.Contact }) }),
		col("signed", signature(), func(r R) *bool { return of(r).hasAllSignatures() }),
		col("agreedBy", display("Agreed by"), func(r R) *string { return of(r).promiseText(agreedBy) }),
		col("missing", display("Not agreed by"), func(r R) *string { return of(r).missing() }),
		target("promisedTarget", "Promised target", rows, func(r R) *float64 { return of(r).promisedTarget() }),
		target("consideredLowest", "Lowest considered", rows, func(r R) *float64 { return of(r).considered(func(c slo.TargetRange) float64 { return c.Lowest }) }),
		target("consideredHighest", "Highest considered", rows, func(r R) *float64 { return of(r).considered(func(c slo.TargetRange) float64 { return c.Highest }) }),
		col("drift", drift(), func(r R) *bool { return of(r).hasDrift() }),
		linkColumn("runbook", "Runbook", func(p *slo.Promise) string { return p.Links.Runbook }),
		linkColumn("repository", "Repository", func(p *slo.Promise) string { return p.Links.Repository }),
		linkColumn("channel", "Channel", func(p *slo.Promise) string { return p.Links.Channel }),
		col("dashboards", display("Dashboards"), func(r R) *string {
			return of(r).promiseText(func(p *slo.Promise) string { return strings.Join(p.Links.Dashboards, " ") })
		}),
	}
}

func (s subject) promise() *slo.Promise { return s.slo.PromiseOf(s.objective) }

// promiseText returns a text of the promise; null if there is none.
func (s subject) promiseText(text func(*slo.Promise) string) *string {
	p := s.promise()
	if p == nil {
		return nil
	}
	return orNull(text(p))
}

func (s subject) reason() *string {
	return s.promiseText(func(p *slo.Promise) string { return p.Reason })
}

func (s subject) dependsOn() *string {
	return s.promiseText(func(p *slo.Promise) string { return strings.Join(p.DependsOn, ", ") })
}

func (s subject) hasAllSignatures() *bool {
	if s.broken() {
		return nil
	}
	return new(s.promise().Signed())
}

// missing returns who has not agreed; null if all have.
func (s subject) missing() *string {
	who := s.promise().Missing()
	if s.broken() || len(who) == 0 {
		return nil
	}
	return new(strings.Join(who, ", "))
}

// promisedTarget returns the target that was promised last; null without a
// history.
func (s subject) promisedTarget() *float64 {
	p := s.promise()
	if p == nil || len(p.History) == 0 {
		return nil
	}
	promised, _ := p.Drift(s.objective)
	return &promised
}

// considered returns an end of the range of targets that was considered; null if
// that is not known.
func (s subject) considered(end func(slo.TargetRange) float64) *float64 {
	p := s.promise()
	if p == nil || p.Considered == nil {
		return nil
	}
	return new(end(*p.Considered))
}

func (s subject) hasDrift() *bool {
	if s.broken() {
		return nil
	}
	_, drifted := s.promise().Drift(s.objective)
	return &drifted
}

// agreedBy returns who agreed, such as "Ada Lovelace (product, 2026-01-15)".
func agreedBy(p *slo.Promise) string {
	var all []string
	for _, who := range slo.Signatories() {
		if a, ok := p.Agreed[who]; ok {
			all = append(all, fmt.Sprintf("%s (%s, %s)", a.Name, who, a.Date.Format(time.DateOnly)))
		}
	}
	return strings.Join(all, ", ")
}

// due returns what the policy asks for at the remaining budget; null if that is
// nothing, or the remaining budget is unknown.
func (s statusRow) due() *string {
	remaining := s.Budget.Remaining.Ptr()
	if remaining == nil {
		return nil
	}
	c := s.promise().Consequence(*remaining)
	if c == nil {
		return nil
	}
	text := c.Action
	if until := c.Until.String(); until != "" {
		text += " (until " + until + ")"
	}
	return &text
}

func signature() *data.FieldConfig {
	return mappedTo("Signed", data.ValueMapper{
		"true":  {Text: "Signed", Color: blue, Index: 0},
		"false": {Text: "Unsigned", Color: orange, Index: 1},
	})
}

func drift() *data.FieldConfig {
	return mappedTo("Drift", data.ValueMapper{
		"true":  {Text: "Drifted", Color: orange, Index: 0},
		"false": {Text: "None", Color: blue, Index: 1},
	})
}

// link returns the config of an address that a click opens.
func link(name string) *data.FieldConfig {
	config := display(name)
	config.Links = []data.DataLink{{Title: name, URL: "${__value.raw}", TargetBlank: true}}
	return config
}
