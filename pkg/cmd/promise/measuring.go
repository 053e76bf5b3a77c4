package main

import (
	"context"

	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// measuring contains the flags of commands that ask a server about SLOs.
type measuring struct {
	selecting
	connection
}

// open returns the server and what is selected, and prints the errors of the
// definitions.
func (m *measuring) open(ctx context.Context, sys system) (*upstream.Client, selection, error) {
	client, err := m.client(sys.env)
	if err != nil {
		return nil, selection{}, err
	}
	selected, err := m.selectSLOs(ctx, sys)
	if err != nil {
		return nil, selection{}, err
	}
	printErrors(sys, selected.problems)
	return client, selected, nil
}
