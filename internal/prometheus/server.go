// Package prometheus runs a real Prometheus server and fills it with data, for
// tests, benchmarks and the demo. The plugin itself does not use it.
package prometheus

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/promise-slo/promise-slo-datasource/internal/program"
)

// Options configures how a server is started.
type Options struct {
	// The server's data folder, created if it is missing.
	Dir string
	// How far behind a series' newest sample a late sample may be. Zero refuses
	// late samples.
	OutOfOrder time.Duration
	// Appended to the server's configuration file, in YAML.
	Config string
	// Added to the command line.
	Flags []string
}

// Server describes a running Prometheus server on a free port of this machine. It
// scrapes nothing and accepts remote writes.
type Server struct {
	// Base address, without a slash at the end.
	URL string

	process *program.Process
}

// startTime limits how long a server may take until it answers.
const startTime = time.Minute

// listening matches the log line that tells the port.
var listening = regexp.MustCompile(`msg="Listening on".* address=(\S+)`)

// Start finds or builds a server (see Binary), starts it and waits until it
// answers queries. It runs until Stop is called or ctx is done; on Linux it also
// ends with this process.
func Start(ctx context.Context, o Options) (*Server, error) {
	binary, err := Binary(ctx)
	if err != nil {
		return nil, err
	}
	config, err := writeConfig(o)
	if err != nil {
		return nil, err
	}
	address := make(chan string, 1)
	process, err := program.Start(ctx, findAddress(address), binary, arguments(o, config)...)
	if err != nil {
		return nil, err
	}
	s := &Server{process: process}
	if err := s.waitUntilReady(ctx, address); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

// findAddress returns a function that looks for the address in the lines of a log.
func findAddress(address chan<- string) func(line string) {
	return func(line string) {
		if m := listening.FindStringSubmatch(line); m != nil {
			select {
			case address <- m[1]:
			default:
			}
		}
	}
}

func writeConfig(o Options) (string, error) {
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return "", err
	}
	text := o.Config
	if o.OutOfOrder > 0 {
		text = fmt.Sprintf("storage:\n  tsdb:\n    out_of_order_time_window: %dms\n%s",
			o.OutOfOrder.Milliseconds(), text)
	}
	path := filepath.Join(o.Dir, "prometheus.yml")
	return path, os.WriteFile(path, []byte(text), 0o600)
}

func arguments(o Options, config string) []string {
	return append([]string{
		"--config.file=" + config,
		"--storage.tsdb.path=" + o.Dir,
		"--storage.tsdb.retention.time=10y",
		// Blocks stay as they were written; merging them is of no use to servers
		// that live for minutes.
		"--storage.tsdb.max-block-duration=2h",
		"--web.listen-address=127.0.0.1:0",
		"--web.enable-remote-write-receiver",
	}, o.Flags...)
}

func (s *Server) waitUntilReady(ctx context.Context, address <-chan string) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	return s.process.Await(ctx, func(ctx context.Context) bool {
		select {
		case found := <-address:
			s.URL = "http://" + found
		default:
		}
		return s.URL != "" && program.Answers(ctx, s.URL+"/-/ready")
	})
}

// Stop ends the server, by force if need be, and returns when it has ended.
// Stopping a server twice is harmless.
func (s *Server) Stop() { s.process.Stop() }
