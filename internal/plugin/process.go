// Package plugin runs the plugin's executable and asks it as Grafana does: in
// a process of its own, over gRPC, after the handshake of hashicorp/go-plugin.
package plugin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"

	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
)

// Process holds a running plugin. It may be used by several goroutines at once.
type Process struct {
	host        *goplugin.Client
	log         *logTail
	data        grpcplugin.DataClient
	diagnostics grpcplugin.DiagnosticsClient
	resource    grpcplugin.ResourceClient
}

// Options configures how a plugin is started.
type Options struct {
	// Variables on top of this process' own environment, each NAME=value.
	Env []string
	// Receives all that the plugin logs, unless it is nil.
	Log io.Writer
}

// Start runs an executable and returns when it is ready to be asked. Its
// environment is this process' own with env, each NAME=value, on top. It runs
// until Stop is called or ctx is done.
func Start(ctx context.Context, binary string, env ...string) (*Process, error) {
	return StartWith(ctx, binary, Options{Env: env})
}

// StartWith runs an executable as Start does, with options.
func StartWith(ctx context.Context, binary string, o Options) (*Process, error) {
	command := exec.CommandContext(ctx, binary)
	command.Env = append(os.Environ(), o.Env...)
	log := newLogTail(o.Log)
	p := &Process{log: log, host: goplugin.NewClient(&goplugin.ClientConfig{
		Cmd:              command,
		HandshakeConfig:  handshake,
		VersionedPlugins: map[int]goplugin.PluginSet{grpcplugin.ProtocolVersion: clients},
		AllowedProtocols: []goplugin.Protocol{goplugin.ProtocolGRPC},
		SkipHostEnv:      true, // command.Env has it
		Logger:           hclog.New(&hclog.LoggerOptions{Output: log, Level: hclog.Debug}),
	})}
	if err := p.connect(); err != nil {
		p.Stop()
		return nil, fmt.Errorf("starting %s: %w\n%s", binary, err, log)
	}
	return p, nil
}

// handshake repeats Grafana's. A plugin that is started by hand lacks the cookie
// and says so.
var handshake = goplugin.HandshakeConfig{
	ProtocolVersion:  grpcplugin.ProtocolVersion,
	MagicCookieKey:   grpcplugin.MagicCookieKey,
	MagicCookieValue: grpcplugin.MagicCookieValue,
}

var clients = goplugin.PluginSet{
	"data":        &grpcplugin.DataGRPCPlugin{},
	"diagnostics": &grpcplugin.DiagnosticsGRPCPlugin{},
	"resource":    &grpcplugin.ResourceGRPCPlugin{},
}

func (p *Process) connect() error {
	connection, err := p.host.Client()
	if err != nil {
		return err
	}
	return errors.Join(
		dispense(connection, "data", &p.data),
		dispense(connection, "diagnostics", &p.diagnostics),
		dispense(connection, "resource", &p.resource),
	)
}

// dispense makes a client of one of the plugin's services.
func dispense[T any](connection goplugin.ClientProtocol, name string, client *T) error {
	raw, err := connection.Dispense(name)
	if err != nil {
		return err
	}
	typed, ok := raw.(T)
	if !ok {
		return fmt.Errorf("the client for %s is a %T", name, raw)
	}
	*client = typed
	return nil
}

// Stop ends the plugin, by force if it does not end politely, and returns when
// it has ended. Stopping twice is harmless.
func (p *Process) Stop() { p.host.Kill() }

// Log returns the end of what the plugin has logged.
func (p *Process) Log() string { return p.log.String() }

// PID returns the number of the operating system's process, 0 if it has not
// started.
func (p *Process) PID() int {
	if config := p.host.ReattachConfig(); config != nil {
		return config.Pid
	}
	return 0
}

// Exited reports whether the plugin has ended.
func (p *Process) Exited() bool { return p.host.Exited() }
