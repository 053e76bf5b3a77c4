package slo

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

// Consequence describes what happens while less than a share of the budget is
// left.
type Consequence struct {
	// Share of the budget, 0 <= RemainingBelow <= 1; 0 means that all of it is
	// consumed.
	RemainingBelow float64
	Action         string
	// Actions that the gate blocks meanwhile, such as deploy.
	Blocks []string
	Until  Until
}

// Until says when a consequence ends. The zero value means as soon as more is
// left.
type Until struct {
	// Text for people, where no machine can tell.
	Text string
	// Share of the budget, above 0, that has to be left again; 0 where something
	// else ends it.
	Remaining float64
	// Window reports that the next window ends it.
	Window bool
}

// UntilWindow is how an author writes Until.Window.
const UntilWindow = "window"

// String returns a text that follows the word until; empty for the zero value.
func (u Until) String() string {
	switch {
	case u.Window:
		return "the next window"
	case u.Remaining > 0:
		return strconv.FormatFloat(100*u.Remaining, 'f', -1, 32) + " % of the budget is left"
	default:
		return u.Text
	}
}

// IsDecidable reports whether the end can be found out from the budget alone, and
// not as soon as a little more is left.
func (u Until) IsDecidable() bool { return u.Window || u.Remaining > 0 }

// Applies reports whether the consequence holds with that share of the budget
// left, which is below zero once more than all of it is consumed.
func (c Consequence) Applies(remaining float64) bool {
	return remaining < c.RemainingBelow || remaining <= 0
}

// Ends reports whether that share of the budget is enough to end the consequence.
func (c Consequence) Ends(remaining float64) bool {
	return !c.Until.Window && remaining >= c.Until.Remaining && !c.Applies(remaining)
}

// Consequence returns the strictest one of the policy that applies with that
// share of the budget left, nil if none does.
func (p *Promise) Consequence(remaining float64) *Consequence {
	if p == nil {
		return nil
	}
	var strictest *Consequence
	for i, c := range p.Policy {
		if c.Applies(remaining) && (strictest == nil || c.RemainingBelow < strictest.RemainingBelow) {
			strictest = &p.Policy[i]
		}
	}
	return strictest
}

// BlockableActions returns the actions that the policy blocks at times, in order.
func (p *Promise) BlockableActions() []string {
	if p == nil {
		return nil
	}
	var actions []string
	for _, c := range p.Policy {
		actions = append(actions, c.Blocks...)
	}
	slices.Sort(actions)
	return slices.Compact(actions)
}

var actionName = regexp.MustCompile(`^[A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?$`)

func (p *Promise) invalidPolicy() (errs []error) {
	seen := map[float64]bool{}
	for i, c := range p.Policy {
		field := fmt.Sprintf("Policy[%d].", i)
		switch {
		case !(c.RemainingBelow >= 0 && c.RemainingBelow <= 1):
			errs = append(errs, &Invalid{Field: field + "RemainingBelow", What: fmt.Sprintf("%v is not a share of the budget", c.RemainingBelow), Hint: "write at least 0 and at most 1, such as 0.25"})
		case seen[c.RemainingBelow]:
			errs = append(errs, &Invalid{Field: field + "RemainingBelow", What: "is given twice", Hint: "write one action for it"})
		}
		seen[c.RemainingBelow] = true
		errs = append(errs, within(field+"Blocks", c.invalidBlocks()), within(field+"Until", c.invalidUntil()))
	}
	return errs
}

func (c Consequence) invalidBlocks() error {
	for i, action := range c.Blocks {
		switch {
		case !actionName.MatchString(action):
			return &Invalid{What: fmt.Sprintf("%q is not the name of an action", action), Hint: "write letters, digits and dashes, such as deploy"}
		case slices.Contains(c.Blocks[:i], action):
			return &Invalid{What: fmt.Sprintf("%q is given twice", action), Hint: "write it once"}
		}
	}
	return nil
}

func (c Consequence) invalidUntil() error {
	const write = "write window, or remaining: with a share such as 50%"
	switch u := c.Until; {
	case len(c.Blocks) > 0 && !u.IsDecidable():
		return &Invalid{What: "does not tell a gate when to open", Hint: write}
	case !(u.Remaining >= 0 && u.Remaining <= 1):
		return &Invalid{What: fmt.Sprintf("%v is not a share of the budget", u.Remaining), Hint: write}
	case u.Remaining > 0 && u.Remaining <= c.RemainingBelow && c.RemainingBelow >= 1:
		return &Invalid{What: "cannot be more than remainingBelow, which is all of the budget", Hint: "write a smaller remainingBelow, or window"}
	case u.Remaining > 0 && u.Remaining <= c.RemainingBelow:
		return &Invalid{What: "is not more than remainingBelow, so that the gate would open and close all the time", Hint: "write a larger share"}
	}
	return nil
}

// BlockableActions returns the actions that the policies of the objectives block at times, in
// order.
func (s SLO) BlockableActions() []string {
	var actions []string
	for _, o := range s.Objectives {
		actions = append(actions, s.PromiseOf(o).BlockableActions()...)
	}
	slices.Sort(actions)
	return slices.Compact(actions)
}
