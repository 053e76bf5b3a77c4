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
	g, err := findGrafana()
	if err != nil {
		return nil, err
	}
	if g == nil {
		fmt.Fprintf(d.out, "\nThere is no Grafana here: put one on the path or name its folder in %s, "+
			"and the demo starts it with this plugin and data.\n", homeVariable)
		return func() {}, nil
	}
	fmt.Fprintln(d.out)
	if err := d.buildFrontEnd(); err != nil {
		return nil, err
	}
	messages, err := receiveMessages(ctx, d.out)
	if err != nil {
		return nil, err
	}
	server := &grafanaServer{grafana: *g, alerts: messages.url}
	err = d.step("Starting Grafana from "+g.home, func() (string, error) { return server.start(ctx, d) })
	return func() { server.stop(); messages.stop() }, err
}

// buildFrontEnd makes the front end unless it is there.
func (d *demo) buildFrontEnd() error {
	_, err := os.Stat(filepath.Join(d.folder, "module.js"))
	if err == nil || d.FrontEnd == nil {
		return nil
	}
	return d.step("Building the plugin's front end", d.made(d.FrontEnd))
}

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
