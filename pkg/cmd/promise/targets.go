package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/promise-slo/promise-slo-datasource/pkg/targets"
)

// targetsCommand compares targets, or definitions with others.
type targetsCommand struct {
	measuring
	Target  []string       `help:"Another target to compare, in percent, such as 99.7; can be repeated." placeholder:"PERCENT"`
	Since   model.Duration `help:"How far back targets are compared; by default 90d, or three windows if that is more, up to 400d." placeholder:"DURATION"`
	Against []string       `help:"File or folder of the definitions before a change, which --definitions is compared with; can be repeated." placeholder:"PATH" sep:"none"`
	At      string         `help:"Time from which to look back, such as 2026-03-01T00:00:00Z; now by default." placeholder:"RFC3339"`
	Format  string         `help:"Output format: text, markdown or json." enum:"text,markdown,json" default:"text"`
}

// Help returns the long help of targets.
func (targetsCommand) Help() string {
	return `For each SLO and objective, the targets 90, 95, 99, 99.5, 99.9, 99.95 and 99.99 %, the one in force, the
one that was promised last, and any --target: how many windows of the history would have been kept (of
rolling windows, on how many days), how much of the error budget the worst and the median of them
consumed, how much outage a window allows, how many alerts would have fired, how many of those were
about incidents that mattered, and the chance to keep the next window.

With --against, what a change of definitions does, for a review before it is merged: for each objective
that is new, removed or changed, the budget left of the present window, the windows of the history
that would have been kept, and the alerts that would have fired, under the old definition and under the
new one. Without a server it lists what changed, and says so.

Exit status: 0 success, 1 a definition is invalid or an SLO could not be computed, 2 wrong usage,
3 a change would leave no budget of the present window, or make it unknown (with --against).

Examples:

  promise targets --prometheus http://localhost:9090 --definitions slos/ --slo checkout-availability
  promise targets --prometheus http://localhost:9090 --definitions slos/ --target 99.7 --since 180d
  promise targets --prometheus http://localhost:9090 --definitions slos/ --format json |
      jq '.[] | {slo, keptInAll, keptInMost}'
  promise targets --prometheus http://localhost:9090 --definitions changed/ --against main/ --format markdown`
}

func (c *targetsCommand) run(ctx context.Context, sys system) error {
	o, err := c.options(sys)
	if err != nil {
		return err
	}
	if len(c.Against) > 0 {
		return c.runDrift(ctx, sys, o)
	}
	return c.runStudies(ctx, sys, o)
}

// options returns what the flags say about the comparison.
func (c *targetsCommand) options(sys system) (targets.Options, error) {
	at, err := answerTime(c.At, sys)
	if err != nil {
		return targets.Options{}, err
	}
	o := targets.Options{Now: at, History: time.Duration(c.Since)}
	for _, text := range c.Target {
		target, err := parseTarget(text)
		if err != nil {
			return o, err
		}
		o.Asked = append(o.Asked, target)
	}
	return o, nil
}

// parseTarget returns a percentage as a share, as exact as its digits.
func parseTarget(text string) (float64, error) {
	digits := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "%"))
	percent, err := strconv.ParseFloat(digits, 64)
	share, shareErr := strconv.ParseFloat(digits+"e-2", 64)
	if err != nil || shareErr != nil || !(percent >= 0 && percent < 100) {
		return 0, fmt.Errorf("--target %s is not a target: write a percentage of at least 0 and below 100, such as 99.7", text)
	}
	if percent > 0 && percent < 1 {
		return 0, fmt.Errorf("--target %s is less than one percent: write a percentage, such as %s for a share of %s", text, strconv.FormatFloat(percent*100, 'f', -1, 64), digits)
	}
	return share, nil
}
