package grafana

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the dashboards that Grafana is provisioned with")

// TestProvisionedTeams holds the dashboards of teams that a fresh Grafana starts
// with against what sync makes, so that it finds nothing to change.
func TestProvisionedTeams(t *testing.T) {
	for _, team := range []string{"catalog", "payments", "platform"} {
		b, err := boardOf(team, "promise")
		if err != nil {
			t.Fatal(err)
		}
		want, err := json.MarshalIndent(b, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, '\n')
		path := filepath.Join("../../provisioning/dashboards/teams", team, "team.json")
		if *update {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what sync makes (%v): write it with go test ./pkg/grafana -run TestProvisionedTeams -update", path, err)
		}
	}
}
