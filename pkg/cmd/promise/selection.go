package main

import (
	"context"
	"fmt"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// choice is which SLOs a command is about, and the server that it asks.
type choice struct {
	client *upstream.Client
	set    *definition.Set
	slos   []slo.SLO
	// invalid are those that were chosen but cannot be read.
	invalid []result
}

// choose reads definitions, tells of their problems, and returns what a selector
// chooses of them. It is an error if that is nothing.
func (c *connection) choose(ctx context.Context, w world, definitions []string, selector string) (choice, error) {
	wanted, err := parseSelector(selector)
	if err != nil {
		return choice{}, err
	}
	client, err := c.client(w.env)
	if err != nil {
		return choice{}, err
	}
	set, err := load(ctx, definitions)
	if err != nil {
		return choice{}, err
	}
	tell(w, set.Problems)
	chosen := choice{client, set, wanted.slos(set.SLOs), wanted.names(invalidSLOs(set.Problems))}
	if len(chosen.slos)+len(chosen.invalid) == 0 && len(set.SLOs) > 0 {
		return choice{}, fmt.Errorf("no SLO of the definitions matches --selector %s", selector)
	}
	return chosen, nil
}
