package demo

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"text/template"
	"time"
)

//go:embed grafana.ini
var grafanaIni string

// grafanaServer runs a Grafana.
type grafanaServer struct {
	grafana
	url string
	// The address to which alerts are sent.
	alerts string
	// What the data source reports of its health.
	said    string
	process *exec.Cmd
	done    chan struct{}
	end     context.CancelFunc
}

// grafanaTime limits how long Grafana may take until it answers; its first start
// on a slow machine takes a minute.
const grafanaTime = 3 * time.Minute

// pluginTime limits how long it may then take to load the plugin.
const pluginTime = 30 * time.Second

// start starts the server with the demo's data source and waits until it
// answers. It returns its address with what it says of the data source.
func (g *grafanaServer) start(ctx context.Context, d *demo) (string, error) {
	provisioning, err := filepath.Abs(d.Provisioning)
	if err != nil {
		return "", err
	}
	config, err := g.configure(d, provisioning)
	if err != nil {
		return "", err
	}
	log, err := os.Create(filepath.Join(d.dir, "grafana.log"))
	if err != nil {
		return "", err
	}
	defer log.Close()
	ctx, g.end = context.WithCancel(ctx)
	g.process = exec.CommandContext(ctx, g.program, g.arguments(config)...)
	g.process.Env = append(os.Environ(), "PROMISE_PROMETHEUS_URL="+d.server.URL, "PROMISE_ALERTS_URL="+g.alerts, "GF_PATHS_PROVISIONING="+provisioning)
	g.process.Stdout, g.process.Stderr = log, log
	g.process.Cancel = func() error { return g.process.Process.Signal(syscall.SIGTERM) }
	g.process.WaitDelay = 10 * time.Second
	if err := g.process.Start(); err != nil {
		return "", err
	}
	g.done = make(chan struct{})
	go func() {
		defer close(g.done)
		_ = g.process.Wait() // that it ended is told by done
	}()
	err = g.await(ctx, grafanaTime, g.alive)
	if err == nil {
		err = g.await(ctx, pluginTime, g.healthy)
	}
	if err != nil {
		g.stop()
		return "", errors.Join(err, lastWords(log.Name()))
	}
	return g.url + ", whose data source says: " + g.said, nil
}

// configure writes the configuration file.
func (g *grafanaServer) configure(d *demo, provisioning string) (path string, err error) {
	plugins, err := pluginsFolder(d)
	if err != nil {
		return "", err
	}
	port, err := freePort()
	if err != nil {
		return "", err
	}
	g.url = fmt.Sprintf("http://127.0.0.1:%d", port)
	var text strings.Builder
	err = template.Must(template.New("").Parse(grafanaIni)).Execute(&text, map[string]any{
		"Port": port, "Data": filepath.Join(d.dir, "grafana"), "Plugins": plugins,
		"Provisioning": provisioning, "Definitions": d.definitions,
	})
	if err != nil {
		return "", err
	}
	path = filepath.Join(d.dir, "grafana.ini")
	return path, os.WriteFile(path, []byte(text.String()), 0o600)
}

// pluginsFolder returns a folder of plugins with only this one: Grafana looks for
// a folder for each.
func pluginsFolder(d *demo) (string, error) {
	folder := filepath.Join(d.dir, "plugins")
	if err := os.Mkdir(folder, 0o755); err != nil {
		return "", err
	}
	return folder, os.Symlink(d.folder, filepath.Join(folder, pluginID))
}

// freePort returns Grafana's usual port, or any other if that is taken.
func freePort() (int, error) {
	for _, address := range []string{"127.0.0.1:3000", "127.0.0.1:0"} {
		taken, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(netip.MustParseAddrPort(address)))
		if err == nil {
			port := taken.Addr().(*net.TCPAddr).Port
			return port, taken.Close()
		}
	}
	return 0, errors.New("no port of 127.0.0.1 is free")
}

// arguments returns those of the program; an older one has no commands.
func (g *grafanaServer) arguments(config string) []string {
	args := []string{"--homepath=" + g.home, "--config=" + config}
	if strings.HasSuffix(filepath.Base(g.program), "-server") {
		return args
	}
	return append([]string{"server"}, args...)
}

// stop ends the server, by force if it does not end politely.
func (g *grafanaServer) stop() {
	if g.done == nil {
		return
	}
	g.end()
	<-g.done
}

// await tries until it succeeds, the server ends, or it has taken too long. The
// error is then that of the last try.
func (g *grafanaServer) await(ctx context.Context, limit time.Duration, try func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for {
		err := try(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-g.done:
			return fmt.Errorf("it has ended; %w", err)
		case <-ctx.Done():
			return err
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (g *grafanaServer) alive(ctx context.Context) error {
	_, err := g.get(ctx, "/api/health")
	return err
}

// healthy asks what the data source says when it is tested.
func (g *grafanaServer) healthy(ctx context.Context) error {
	body, err := g.get(ctx, "/api/datasources/uid/promise/health")
	if err != nil {
		return fmt.Errorf("its data source: %w", err)
	}
	var answer struct{ Message string }
	err = json.Unmarshal(body, &answer)
	g.said = answer.Message
	return err
}

// get reads an answer of Grafana's API.
func (g *grafanaServer) get(ctx context.Context, path string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, g.url+path, nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", response.Status, body)
	}
	return body, err
}

// lastWords returns the end of a log as an error.
func lastWords(path string) error {
	log, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	const enough = 4000
	return fmt.Errorf("the end of its log:\n%s", log[max(0, len(log)-enough):])
}
