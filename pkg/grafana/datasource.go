package grafana

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/grafana/dashboards"
)

// dataSource describes a data source of Grafana.
type dataSource struct{ UID, Name, Type string }

// findDataSource returns the uid of the data source of this plugin that has the uid
// or name; of the only one, if none is given.
func (c *Client) findDataSource(ctx context.Context, given string) (string, error) {
	var all []dataSource
	if err := c.call(ctx, get("/api/datasources", "looking for the data source", "datasources:read"), &all); err != nil {
		return "", err
	}
	var found []dataSource
	for _, d := range all {
		switch {
		case d.Type != dashboards.PluginID:
		case d.UID == given:
			return d.UID, nil
		case given == "" || d.Name == given:
			found = append(found, d)
		}
	}
	return choose(found, given)
}

func choose(found []dataSource, given string) (string, error) {
	switch {
	case len(found) == 1:
		return found[0].UID, nil
	case len(found) > 1:
		return "", fmt.Errorf("there are %d data sources of SLO Promise: choose one of the uids %s", len(found), uids(found))
	case given != "":
		return "", fmt.Errorf("there is no data source of SLO Promise with the uid or name %q", given)
	}
	return "", errors.New("there is no data source of SLO Promise: add one in Grafana first")
}

func uids(all []dataSource) string {
	var names []string
	for _, d := range all {
		names = append(names, d.UID)
	}
	return strings.Join(names, ", ")
}
