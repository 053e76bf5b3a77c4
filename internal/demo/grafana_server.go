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

// grafanaServer is a running Grafana.
type grafanaServer struct {
	grafana
	url     string
	process *exec.Cmd
	done    chan struct{}
	end     context.CancelFunc
}

// grafanaTime is how long Grafana may take until it answers; its first start
// on a slow machine takes a minute.
const grafanaTime = 3 * time.Minute

// start starts the server with the demo's data source and waits until it
// answers. It returns its address with what it says of the data source.
func (g *grafanaServer) start(ctx context.Context, d *demo) (string, error) {
	config, err := g.configure(d)
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
	g.process.Env = append(os.Environ(), "PROMISE_PROMETHEUS_URL="+d.server.URL)
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
	if err := g.waitUntilReady(ctx); err != nil {
		g.stop()
		return "", errors.Join(err, lastWords(log.Name()))
	}
	said, err := g.health(ctx)
	if err != nil {
		g.stop()
		return "", fmt.Errorf("its data source: %w", errors.Join(err, lastWords(log.Name())))
	}
	return g.url + ", whose data source says: " + said, nil
}

// configure writes the configuration file.
func (g *grafanaServer) configure(d *demo) (path string, err error) {
	provisioning, err := filepath.Abs(d.Provisioning)
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
		"Port": port, "Data": filepath.Join(d.dir, "grafana"), "Plugins": filepath.Dir(d.executable),
		"Provisioning": provisioning, "Definitions": d.definitions,
	})
	if err != nil {
		return "", err
	}
	path = filepath.Join(d.dir, "grafana.ini")
	return path, os.WriteFile(path, []byte(text.String()), 0o600)
}

// freePort is Grafana's usual port, or any other if that is taken.
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

// arguments are those of the program: the older one has no commands.
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

func (g *grafanaServer) waitUntilReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, grafanaTime)
	defer cancel()
	for {
		if _, err := g.get(ctx, "/api/health"); err == nil {
			return nil
		}
		select {
		case <-g.done:
			return errors.New("it ended at once")
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// health is what the data source says when it is tested.
func (g *grafanaServer) health(ctx context.Context) (string, error) {
	body, err := g.get(ctx, "/api/datasources/uid/promise/health")
	if err != nil {
		return "", err
	}
	var answer struct{ Message string }
	return answer.Message, json.Unmarshal(body, &answer)
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

// lastWords are the end of a log, as an error.
func lastWords(path string) error {
	log, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	const enough = 4000
	return fmt.Errorf("the end of its log:\n%s", log[max(0, len(log)-enough):])
}
