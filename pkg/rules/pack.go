package rules

import (
	"fmt"

	"github.com/prometheus/prometheus/model/rulefmt"
)

// pack puts the rules of a unit into one group, the first that has room for them.
// Only units that are larger than a group are divided.
func pack(units [][]rulefmt.Rule, limit int) (groups [][]rulefmt.Rule) {
	for _, unit := range units {
		for len(unit) > limit {
			groups = append(groups, unit[:limit:limit])
			unit = unit[limit:]
		}
		groups = insert(groups, unit, limit)
	}
	return groups
}

func insert(groups [][]rulefmt.Rule, unit []rulefmt.Rule, limit int) [][]rulefmt.Rule {
	if len(unit) == 0 {
		return groups
	}
	for i, group := range groups {
		if len(group)+len(unit) <= limit {
			groups[i] = append(group, unit...)
			return groups
		}
	}
	return append(groups, unit)
}

// packAll returns the groups of the rules of all SLOs, numbered.
func packAll(all []ruleset, o Options) (groups []rulefmt.RuleGroup) {
	var minutely, budgets [][]rulefmt.Rule
	for _, s := range all {
		minutely = append(minutely, s.minutely...)
		budgets = append(budgets, s.budgets...)
	}
	for i, rules := range pack(minutely, o.RulesPerGroup) {
		groups = append(groups, o.minutelyGroup(fmt.Sprint(i+1), rules))
	}
	for i, rules := range pack(budgets, o.RulesPerGroup) {
		groups = append(groups, o.budgetGroup(fmt.Sprint(i+1), rules))
	}
	return groups
}
