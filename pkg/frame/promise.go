package frame

import (
	"fmt"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// promiseColumns say what makes an objective a promise. They are null where the
// definition cannot be read.
func promiseColumns[R any](rows []R, of func(R) subject) []column[R] {
	link := func(name, title string, address func(*slo.Promise) string) column[R] {
		return col(name, linked(title), func(r R) *string { return of(r).told(address) })
	}
	return []column[R]{
		col("contact", named("Contact"), func(r R) *string { return of(r).told(func(p *slo.Promise) string { return p.Owner.Contact }) }),
		col("signed", signed(), func(r R) *bool { return of(r).signed() }),
		col("agreedBy", named("Agreed by"), func(r R) *string { return of(r).told(agreedBy) }),
		col("missing", named("Not agreed by"), func(r R) *string { return of(r).missing() }),
		target("promisedTarget", "Promised target", rows, func(r R) *float64 { return of(r).promised() }),
		col("drift", drift(), func(r R) *bool { return of(r).drifted() }),
		link("runbook", "Runbook", func(p *slo.Promise) string { return p.Links.Runbook }),
		link("repository", "Repository", func(p *slo.Promise) string { return p.Links.Repository }),
		link("channel", "Channel", func(p *slo.Promise) string { return p.Links.Channel }),
		col("dashboards", named("Dashboards"), func(r R) *string {
			return of(r).told(func(p *slo.Promise) string { return strings.Join(p.Links.Dashboards, " ") })
		}),
	}
}

func (s subject) promise() *slo.Promise { return s.slo.PromiseOf(s.objective) }

// told is a text of the promise; null if there is none.
func (s subject) told(text func(*slo.Promise) string) *string {
	p := s.promise()
	if p == nil {
		return nil
	}
	if t := text(p); t != "" {
		return &t
	}
	return nil
}

func (s subject) reason() *string { return s.told(func(p *slo.Promise) string { return p.Reason }) }

func (s subject) dependsOn() *string {
	return s.told(func(p *slo.Promise) string { return strings.Join(p.DependsOn, ", ") })
}

func (s subject) signed() *bool {
	if s.broken() {
		return nil
	}
	return new(s.promise().Signed())
}

// missing are those who have not agreed; null if all have.
func (s subject) missing() *string {
	who := s.promise().Missing()
	if s.broken() || len(who) == 0 {
		return nil
	}
	return new(strings.Join(who, ", "))
}

// promised is the target that was promised last; null without a history.
func (s subject) promised() *float64 {
	p := s.promise()
	if p == nil || len(p.History) == 0 {
		return nil
	}
	promised, _ := p.Drift(s.objective)
	return &promised
}

func (s subject) drifted() *bool {
	if s.broken() {
		return nil
	}
	_, drifted := s.promise().Drift(s.objective)
	return &drifted
}

// agreedBy are those who agreed, such as "Ada Lovelace (product, 2026-01-15)".
func agreedBy(p *slo.Promise) string {
	var all []string
	for _, who := range slo.Signatories() {
		if a, ok := p.Agreed[who]; ok {
			all = append(all, fmt.Sprintf("%s (%s, %s)", a.Name, who, a.Date.Format(time.DateOnly)))
		}
	}
	return strings.Join(all, ", ")
}

// due is what the policy asks for with as much of the budget as is left; null
// if that is nothing, or what is left is not known.
func (s standing) due() *string {
	remaining := s.Budget.Remaining.Ptr()
	if remaining == nil {
		return nil
	}
	c := s.promise().Consequence(*remaining)
	if c == nil {
		return nil
	}
	text := c.Action
	if c.Until != "" {
		text += " (until " + c.Until + ")"
	}
	return &text
}

func signed() *data.FieldConfig {
	return verdict("Signed", data.ValueMapper{
		"true":  {Text: "Signed", Color: blue, Index: 0},
		"false": {Text: "Unsigned", Color: orange, Index: 1},
	})
}

func drift() *data.FieldConfig {
	return verdict("Drift", data.ValueMapper{
		"true":  {Text: "Drifted", Color: orange, Index: 0},
		"false": {Text: "None", Color: blue, Index: 1},
	})
}

func verdict(name string, mapper data.ValueMapper) *data.FieldConfig {
	config := named(name)
	config.Mappings = data.ValueMappings{mapper}
	return config
}

// linked is the address of something, which a click opens.
func linked(name string) *data.FieldConfig {
	config := named(name)
	config.Links = []data.DataLink{{Title: name, URL: "${__value.raw}", TargetBlank: true}}
	return config
}
