// Package slo is the domain: service level objectives as validated values.
// It does no I/O and imports nothing of the rest of the project.
package slo

import (
	"cmp"
	"fmt"
	"time"
)

// SLO describes a service level objective: what is measured of a service, over
// which window, and which targets it must meet.
type SLO struct {
	// Name that people see and select by. Several SLOs of a data source may have
	// it, if their formats' own tools tell them apart.
	Name string
	// Instance tells the SLO from others of its name, such as by its namespace;
	// empty where it is the only one. It is short, for people, and changes as SLOs of
	// the name come and go.
	Instance string
	// Identity tells the SLO from any other that may ever have its name, such as
	// pilot/site=a for its namespace and labels; empty where the format tells SLOs by
	// their names alone. It depends on the SLO's own document, so that what is
	// recorded or alerted under it goes on when others come and go.
	Identity string
	// Name for people; empty means Name.
	DisplayName string
	Description string
	// Name of the service that is measured.
	Service string
	// Labels of the author's own, such as team or tier. A label that was given
	// several values holds them joined by commas.
	Labels map[string]string
	// Carried along and never used for selection. Annotations that begin with
	// promise.slo/ say what other fields hold, and are not here.
	Annotations map[string]string
	Window      Window
	Method      Method
	// Labels by which events are grouped; each combination of their values has a
	// budget of its own.
	GroupBy []string
	// At least one; names are unique within the SLO.
	Objectives []Objective
	Alerting   Alerting
	// Promise about all objectives which have none of their own; nil if there is
	// none.
	Promise *Promise
	// Reviews of the SLO's misses, by the start of the miss.
	Reviews []Review
	// Times at which people opened the gate, by their start.
	Overrides []Override
	// Where the SLO was defined.
	Source Position
}

// Team returns the team that owns the SLO: its label team, else its label owner,
// else the team that owns its promise, else empty.
func (s SLO) Team() string {
	team := cmp.Or(s.Labels["team"], s.Labels["owner"])
	if team == "" && s.Promise != nil {
		return s.Promise.Owner.Team
	}
	return team
}

// Only returns the SLO with no objective but this one.
func (s SLO) Only(o Objective) SLO {
	s.Objectives = []Objective{o}
	return s
}

// ID identifies the SLO among all of a data source: its name, with the instance
// after it if others have the name too.
func (s SLO) ID() string {
	if s.Instance == "" {
		return s.Name
	}
	return s.Name + "/" + s.Instance
}

// StableID identifies the SLO as ID does, but stays the same when SLOs of its name
// come and go: its name, with its Identity after it.
func (s SLO) StableID() string {
	if s.Identity == "" {
		return s.Name
	}
	return s.Name + "/" + s.Identity
}

// IsNamed reports whether a text names the SLO: its name, which others may have,
// its ID or its StableID.
func (s SLO) IsNamed(text string) bool {
	return text == s.Name || text == s.ID() || text == s.StableID()
}

// Title returns the name to show to people.
func (s SLO) Title() string {
	return cmp.Or(s.DisplayName, s.Name)
}

// Objective pairs one target of an SLO with the indicator it is about.
type Objective struct {
	// Unique within the SLO: the author's name, or one made of the target where
	// the author gave none.
	Name        string
	DisplayName string
	// Least share of good events, 0 <= Target < 1.
	Target    float64
	Indicator Indicator
	// Set for the methods Timeslices and RatioTimeslices only.
	Slices *Slices
	// Promise about this objective alone; nil if there is none. See
	// SLO.PromiseOf.
	Promise *Promise
}

// Title returns the name to show to people.
func (o Objective) Title() string { return cmp.Or(o.DisplayName, o.Name) }

// Budget returns the share of events that may be bad: 1 - Target.
func (o Objective) Budget() float64 { return 1 - o.Target }

// Method says what counts as an event of the budget.
type Method int

const (
	// Occurrences counts the indicator's own events.
	Occurrences Method = iota
	// Timeslices counts time slices, each wholly good or wholly bad.
	Timeslices
	// RatioTimeslices counts time slices, each bad by its share of bad events.
	RatioTimeslices
)

// String returns the method's OpenSLO name.
func (m Method) String() string {
	return [...]string{"Occurrences", "Timeslices", "RatioTimeslices"}[m]
}

// Slices describes time slices and how they are evaluated.
type Slices struct {
	// At least a minute, and a divisor of a day so that slices align with the
	// epoch.
	Length time.Duration
	// Least share of good events that makes a slice good, 0 < Target <= 1. Unused
	// by RatioTimeslices.
	Target float64
	// Op compares the slice's share of good events with Target: GTE as the
	// specification has it unless the author asks for GT.
	Op Op
	// What slices without events count as.
	Empty EmptySlice
}

// EmptySlice says what a slice without events counts as.
type EmptySlice int

const (
	// EmptyIgnored leaves slices without events out of the account.
	EmptyIgnored EmptySlice = iota
	// EmptyGood counts slices without events as good if the indicator had
	// data (an idle service kept its promise); without data they stay out.
	EmptyGood
	// EmptyBad counts slices without events as bad, data or no data.
	EmptyBad
)

// Position points to a place in a definition.
type Position struct {
	// Path as given; empty for definitions written inline.
	File string
	// Line and Column start at 1; 0 is unknown.
	Line, Column int
}

// Compare orders positions by file, line and column.
func (p Position) Compare(other Position) int {
	return cmp.Or(cmp.Compare(p.File, other.File), cmp.Compare(p.Line, other.Line), cmp.Compare(p.Column, other.Column))
}

// String returns file:line, with "inline" for a definition without a file.
func (p Position) String() string {
	file := p.File
	if file == "" {
		file = "inline"
	}
	if p.Line == 0 {
		return file
	}
	return fmt.Sprintf("%s:%d", file, p.Line)
}
