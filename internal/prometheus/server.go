package prometheus

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// Options say how a server is started.
type Options struct {
	// Dir is the server's data folder; it is made if it is missing.
	Dir string
	// OutOfOrder is how far behind a series' newest sample a late sample may
	// be. Zero refuses late samples.
	OutOfOrder time.Duration
	// Config is appended to the server's configuration file, in YAML.
	Config string
	// Flags are added to the command line.
	Flags []string
}

// Server is a running Prometheus server on a free port of this machine. It
// scrapes nothing and accepts remote writes.
type Server struct {
	// URL is the server's base address, without a slash at the end.
	URL string

	process *exec.Cmd
	log     *logTail
	end     context.CancelFunc
	done    chan struct{}
	exit    error
}

// startTime is how long a server may take until it answers.
const startTime = time.Minute

// stopTime is how long a server may take to stop before it is killed.
const stopTime = 10 * time.Second

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
	ctx, end := context.WithCancel(ctx)
	s := &Server{
		process: exec.CommandContext(ctx, binary, arguments(o, config)...),
		log:     newLogTail(),
		end:     end,
		done:    make(chan struct{}),
	}
	dieWithParent(s.process)
	s.process.Cancel = func() error { return interrupt(s.process.Process) }
	s.process.WaitDelay = stopTime
	if err := s.launch(); err != nil {
		end()
		return nil, fmt.Errorf("starting %s: %w", binary, err)
	}
	if err := s.waitUntilReady(ctx); err != nil {
		s.Stop()
		return nil, fmt.Errorf("%s did not get ready: %w; its last words:\n%s", binary, err, s.log)
	}
	return s, nil
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
		// Blocks stay as they were written; merging them is of no use to
		// servers that live for minutes.
		"--storage.tsdb.max-block-duration=2h",
		"--web.listen-address=127.0.0.1:0",
		"--web.enable-remote-write-receiver",
	}, o.Flags...)
}

func (s *Server) launch() error {
	stderr, err := s.process.StderrPipe()
	if err != nil {
		return err
	}
	started := make(chan error)
	go s.run(stderr, started)
	return <-started
}

// run starts the process and sees it to its end. The kernel ends the process
// with the thread that started it, hence one goroutine for all of its life.
func (s *Server) run(stderr io.Reader, started chan<- error) {
	defer lockThread()()
	defer close(s.done)
	err := s.process.Start()
	started <- err
	if err != nil {
		return
	}
	s.log.read(stderr)
	s.exit = s.process.Wait()
}

func (s *Server) waitUntilReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	select {
	case address := <-s.log.address:
		s.URL = "http://" + address
	case <-s.done:
		return fmt.Errorf("it ended: %w", s.exit)
	case <-ctx.Done():
		return ctx.Err()
	}
	for !s.ready(ctx) {
		select {
		case <-s.done:
			return fmt.Errorf("it ended: %w", s.exit)
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
	return nil
}

func (s *Server) ready(ctx context.Context) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/-/ready", nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// Stop ends the server, by force if it does not end politely, and returns when
// it has ended. Stopping a server twice is harmless.
func (s *Server) Stop() {
	s.end()
	<-s.done
}
