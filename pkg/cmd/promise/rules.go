package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"

	"github.com/promise-slo/promise-slo-datasource/pkg/catalog"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/rules"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// noTeam names the file of the SLOs without a team.
const noTeam = "no-team"

// rulesCommand writes rules for Prometheus.
type rulesCommand struct {
	selecting
	Out        string   `help:"File to write, created with its folder; printed by default, or for -." placeholder:"FILE" xor:"out"`
	OutDir     string   `help:"Folder to write a file for each team to, created if missing, instead of --out." placeholder:"FOLDER" xor:"out"`
	GrafanaURL string   `name:"grafana-url" help:"Address of the Grafana that alerts link to." placeholder:"URL"`
	Labels     []string `name:"label" help:"Label of every alert; can be repeated." placeholder:"NAME=VALUE" sep:"none"`

	For           rules.Ruler     `help:"What evaluates the rules: prometheus, mimir, thanos or vmalert." enum:"prometheus,mimir,thanos,vmalert" default:"prometheus" placeholder:"RULER" group:"Ruler:"`
	Delay         *model.Duration `help:"How long to wait for late samples of a minute, in whole seconds; 30s, or 1m for Mimir, by default. 0s leaves it to the ruler: Prometheus has query_offset since 2.53, vmalert eval_delay since 1.95." placeholder:"DURATION" group:"Ruler:"`
	RulesPerGroup *int            `help:"Maximum number of rules in a group: packs the rules of several SLOs into each group, and those of one objective into the same. Default: 20 for Mimir; otherwise each SLO has groups of its own." placeholder:"NUMBER" group:"Ruler:"`
	MaxRange      model.Duration  `help:"Longest time that a selector may read, such as 7d (Mimir's max_partial_query_length): longer lookbacks are added up from parts." placeholder:"DURATION" group:"Ruler:"`
	MaxTotalRange model.Duration  `help:"Longest time that all of a rule may read, such as 7d (Mimir's max_total_query_length where the ruler asks a query-frontend, and max_query_lookback): alerts that read more are left out and named." placeholder:"DURATION" group:"Ruler:"`
}

// Help returns the long help of rules.
func (rulesCommand) Help() string {
	return `For each SLO the rules record, every minute, the number of bad events and of all events. They alert on
the same burn rates as the plugin, on missing data, and on a rolling window whose budget is consumed.

Errors of the definitions are printed to standard error. Invalid definitions are left out. Only files
that promise rules wrote are replaced. For Mimir the rules are packed into groups of 20, and more groups
than it accepts of a tenant by default are reported.

Exit status: 0 everything was written, 1 a definition is invalid or has no rules, 2 wrong usage.

Examples:

  promise rules --definitions slos/ --out /etc/prometheus/rules/slos.yaml
  promise rules --definitions slos/ --selector '{team="payments"}' --grafana-url https://grafana.example.com
  promise rules --definitions slos/ --for mimir --out promise.yaml && mimirtool rules sync --namespaces promise promise.yaml
  promise rules --definitions slos/ --for vmalert --out-dir rules/ --label cluster=eu`
}

func (r *rulesCommand) run(ctx context.Context, sys system) error {
	opts, err := r.options()
	if err != nil {
		return err
	}
	selected, err := r.selectSLOs(ctx, sys)
	if err != nil {
		return err
	}
	written, err := r.files(selected.slos, opts)
	if err != nil {
		return &exit{exitFailed, err.Error()}
	}
	problems := addRefusals(selected.problems, written.refused)
	printErrors(sys, problems)
	printLeftOut(sys, written)
	if err := r.checkTotal(written.all); err != nil {
		fmt.Fprintf(sys.stderr, "promise: %v (warning)\n", err)
	}
	if err := r.For.CheckGroups(len(written.all)); err != nil {
		fmt.Fprintf(sys.stderr, "promise: %v (warning)\n", err)
	}
	if err := r.write(sys, written.files); err != nil {
		return &exit{exitFailed, err.Error()}
	}
	return failureOf(problems)
}

func (r *rulesCommand) options() (rules.Options, error) {
	o := rules.Options{GrafanaURL: r.GrafanaURL, Labels: map[string]string{}}
	if err := r.setRuler(&o); err != nil {
		return o, err
	}
	if u, err := url.Parse(r.GrafanaURL); err != nil || r.GrafanaURL != "" && (u.Host == "" || u.RawQuery != "" || u.Fragment != "") {
		return o, fmt.Errorf("--grafana-url %s is not an address: write one such as https://grafana.example.com", r.GrafanaURL)
	}
	for _, label := range r.Labels {
		name, value, ok := strings.Cut(label, "=")
		if !ok || !model.UTF8Validation.IsValidLabelName(name) || name == model.MetricNameLabel {
			return o, fmt.Errorf("--label %s is not a label: write NAME=VALUE, such as cluster=eu", label)
		}
		o.Labels[name] = value
	}
	return o, nil
}

// setRuler sets what depends on the ruler and its limits.
func (r *rulesCommand) setRuler(o *rules.Options) error {
	o.Ruler, o.Delay, o.RulesPerGroup = r.For, r.For.Delay(), r.For.RulesPerGroup()
	o.MaxRange, o.MaxTotalRange = time.Duration(r.MaxRange), time.Duration(r.MaxTotalRange)
	if r.Delay != nil {
		o.Delay = time.Duration(*r.Delay)
	}
	if o.Delay%time.Second != 0 {
		return fmt.Errorf("--delay must be a whole number of seconds, such as 30s")
	}
	if n := r.RulesPerGroup; n != nil {
		if *n < rules.FewestRules {
			return fmt.Errorf("--rules-per-group %d is too few: write at least %d, or leave it out", *n, rules.FewestRules)
		}
		o.RulesPerGroup = *n
	}
	if o.MaxRange > 0 && o.MaxRange < rules.ShortestRange {
		return fmt.Errorf("--max-range %s is too short: rules read %s at a time", r.MaxRange, model.Duration(rules.ShortestRange))
	}
	if o.MaxTotalRange > 0 && o.MaxTotalRange < rules.ShortestTotalRange {
		return fmt.Errorf("--max-total-range %s is too short: rules read %s in all", r.MaxTotalRange, model.Duration(rules.ShortestTotalRange))
	}
	return nil
}

// checkTotal returns an error about what a tenant with a limit for a selector may
// limit as well: the parts in total.
func (r *rulesCommand) checkTotal(all []rulefmt.RuleGroup) error {
	rule, reach := rules.FarthestReaching(all)
	if r.MaxRange == 0 || r.MaxTotalRange > 0 || reach <= time.Duration(r.MaxRange) {
		return nil
	}
	return fmt.Errorf("%s of %s reads %s in all, the most of these rules: if the ruler asks a query-frontend, max_total_query_length must be at least that; "+
		"if it is not, write it as --max-total-range, and the alerts that it would break are left out and named", rule.Alert, rule.Labels["slo"], model.Duration(reach))
}

// ruleFiles contains what is written.
type ruleFiles struct {
	// Contents by the names of the files. The name is empty if they are printed.
	files map[string][]byte
	// All groups, of all files.
	all     []rulefmt.RuleGroup
	refused []*rules.Refusal
}

// files returns what is written of SLOs.
func (r *rulesCommand) files(slos []slo.SLO, o rules.Options) (ruleFiles, error) {
	byName := map[string][]slo.SLO{}
	for _, s := range slos {
		name := r.file(s)
		byName[name] = append(byName[name], s)
	}
	all := ruleFiles{files: map[string][]byte{}}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		groups, refused := rules.Generate(byName[name], o)
		all.refused = append(all.refused, refused...)
		all.all = append(all.all, groups...)
		if len(groups) == 0 && r.OutDir != "" {
			continue
		}
		content, err := rules.Write(groups, r.For)
		if err != nil {
			return all, err
		}
		all.files[name] = content
	}
	return all, nil
}

func (r *rulesCommand) file(s slo.SLO) string {
	if r.OutDir == "" {
		return r.Out
	}
	team := s.Team()
	if team == "" {
		team = noTeam
	}
	return filepath.Join(r.OutDir, url.PathEscape(team)+".yaml")
}

// addRefusals adds what keeps SLOs from having rules. Problems of queries are among
// the others already.
func addRefusals(problems []definition.Problem, refused []*rules.Refusal) []definition.Problem {
	var found []definition.Problem
	for _, r := range refused {
		if r.Alert != "" {
			continue // the SLO has rules
		}
		problem := catalog.QueryProblem(r.SLO, r.Err)
		var invalid *slo.Invalid
		if errors.As(r.Err, &invalid) {
			problem.Field, problem.Message, problem.Hint = invalid.Field, invalid.What, invalid.Hint
		}
		found = append(found, problem)
	}
	return catalog.Merge(problems, found)
}

// printLeftOut prints the alerts that SLOs lack, once for all objectives.
func printLeftOut(sys system, written ruleFiles) {
	printed := map[string]bool{}
	for _, r := range written.refused {
		line := fmt.Sprintf("%v (warning)\n", r)
		if r.Alert != "" && !printed[line] {
			printed[line] = true
			fmt.Fprint(sys.stderr, line)
		}
	}
}

func (r *rulesCommand) write(sys system, files map[string][]byte) error {
	if r.OutDir == "" && (r.Out == "" || r.Out == "-") {
		_, err := sys.stdout.Write(files[r.Out])
		return err
	}
	names := slices.Sorted(maps.Keys(files))
	for _, name := range names {
		if err := checkOurs(name); err != nil {
			return err
		}
	}
	for _, name := range names {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return fmt.Errorf("the folder cannot be created: %w", err)
		}
		if err := os.WriteFile(name, files[name], 0o644); err != nil {
			return err
		}
	}
	return nil
}

// checkOurs refuses to replace a file that somebody else wrote.
func checkOurs(name string) error {
	content, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !bytes.HasPrefix(content, []byte(rules.Header)):
		return fmt.Errorf("%s was not written by promise rules: choose another place, or remove the file", name)
	}
	return nil
}
