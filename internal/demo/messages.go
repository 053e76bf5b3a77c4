package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// messages receives what Grafana's contact points send, and prints it.
type messages struct {
	url    string
	server *http.Server
}

// receiveMessages listens on loopback. The path of a message is the team that
// is told.
func receiveMessages(ctx context.Context, out io.Writer) (*messages, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{team}", func(w http.ResponseWriter, r *http.Request) {
		var m message
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		for _, a := range m.Alerts {
			fmt.Fprintf(out, "%s  %s\n", time.Now().Format("15:04:05"), a.tells(r.PathValue("team")))
		}
	})
	m := &messages{"http://" + listener.Addr().String(), &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}}
	go func() {
		if err := m.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			fmt.Fprintf(out, "Messages about alerts are no longer received: %s\n", err)
		}
	}()
	return m, nil
}

func (m *messages) stop() { _ = m.server.Close() }

// message holds what Grafana sends to a webhook.
type message struct{ Alerts []alert }

type alert struct {
	Status              string
	Labels, Annotations map[string]string
}

// tells returns what a team is told, in a line.
func (a alert) tells(team string) string {
	kind := a.Labels["severity"]
	if kind == "" {
		kind = "alert"
	}
	if a.Status == "resolved" {
		return fmt.Sprintf("%s is told that this %s is over: %s", team, kind, a.Annotations["summary"])
	}
	return fmt.Sprintf("%s is sent this %s: %s. %s", team, kind, a.Annotations["summary"], a.Annotations["description"])
}
