package demo

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// homeVariable names the folder of a Grafana.
const homeVariable = "GRAFANA_HOME"

// offerGrafana starts a Grafana if there is one, and says how to use one if
// there is none. The function that it returns stops it.
func (d *demo) offerGrafana(ctx context.Context) (stop func(), err error) {
	if d.grafana == nil {
		fmt.Fprintf(d.out, "\nThere is no Grafana here: put one on the path or name its folder in %s, "+
			"and the demo starts it with this plugin and data.\n", homeVariable)
		return func() {}, nil
	}
	fmt.Fprintln(d.out)
	messages, err := receiveMessages(ctx, d.out)
	if err != nil {
		return nil, err
	}
	server := &grafanaServer{grafana: *d.grafana, alerts: messages.url}
	err = d.step("Starting Grafana from "+d.grafana.home, func() (string, error) { return server.start(ctx, d) })
	if err == nil {
		fmt.Fprintf(d.out, tour, server.url)
	}
	return func() { server.stop(); messages.stop() }, err
}

// tour says what there is to open, and who may sign in.
const tour = `
Open %[1]s
- Promises, the first page, is for everyone: whoever opens it may view all there is.
- An SLO's name there leads to its own page, such as %[1]s/d/promise-slo?var-slo=checkout-availability
- Sign in as admin with the password admin to change dashboards, alert rules and the data source.
`

// grafana describes a Grafana on this machine.
type grafana struct{ program, home string }

// findGrafana finds the Grafana that the environment names, else one on the
// path, else none.
func findGrafana() (*grafana, error) {
	if home := os.Getenv(homeVariable); home != "" {
		program := filepath.Join(home, "bin", "grafana")
		if _, err := exec.LookPath(program); err != nil {
			return nil, fmt.Errorf("%s=%s: there is no Grafana in it: %w", homeVariable, home, err)
		}
		return &grafana{program: program, home: home}, nil
	}
	for _, name := range []string{"grafana", "grafana-server"} {
		program, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		if home, ok := homeOf(program); ok {
			return &grafana{program: program, home: home}, nil
		}
	}
	return nil, nil
}

// homeOf returns the folder of a program's other files.
func homeOf(program string) (string, bool) {
	resolved, err := filepath.EvalSymlinks(program)
	if err != nil {
		return "", false
	}
	places := []string{
		filepath.Dir(filepath.Dir(resolved)), "/usr/share/grafana", // archives, packages
		"/usr/local/share/grafana", "/opt/homebrew/share/grafana",
	}
	for _, home := range places {
		if _, err := os.Stat(filepath.Join(home, "conf", "defaults.ini")); err == nil {
			return home, true
		}
	}
	return "", false
}
