package attack_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// watch asks for the alerts of a known SLO while something else goes on.
type watch struct {
	t       *testing.T
	cancel  context.CancelFunc
	done    chan struct{}
	answers int64
	slowest time.Duration
}

// watchEvery is the pause between an alert rule's evaluations.
const watchEvery = 200 * time.Millisecond

func (g *ground) watch(t *testing.T, p *target) *watch {
	ctx, cancel := context.WithCancel(t.Context())
	w := &watch{t: t, cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(w.done)
		for ctx.Err() == nil && !p.ended() {
			w.ask(ctx, p, g.shop)
			select {
			case <-ctx.Done():
			case <-time.After(watchEvery):
			}
		}
	}()
	return w
}

// ask waits for an answer even if the attack ends meanwhile.
func (w *watch) ask(ctx context.Context, p *target, source backend.PluginContext) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	began := time.Now()
	_, err := evaluate(ctx, p, source, known)
	took := time.Since(began)
	w.answers++
	w.slowest = max(w.slowest, took)
	switch {
	case err != nil:
		w.t.Errorf("the alert of %s after %s: %v", known, round(took), err)
	case took > alertWithin:
		w.t.Errorf("the alert of %s took %s, want at most %s", known, round(took), alertWithin)
	}
}

func (w *watch) end() {
	w.cancel()
	<-w.done
}

// mayAsk returns how many requests the watch itself may need in a time: an answer
// is fresh for five seconds.
func (*watch) mayAsk(took time.Duration) int64 { return 10 * int64(1+took/(5*time.Second)) }

// evaluate asks as an alert rule does. An error says who is to blame.
func evaluate(ctx context.Context, p *target, source backend.PluginContext, name string) (data.Frames, error) {
	at := time.Now()
	answer, err := p.QueryData(ctx, &backend.QueryDataRequest{
		PluginContext: source,
		Headers:       map[string]string{backend.FromAlertHeaderName: "true"},
		Queries: []backend.DataQuery{{
			RefID: "A", QueryType: "burnAlert", JSON: fmt.Appendf(nil, `{"queryType":"burnAlert","slos":%q}`, name),
			MaxDataPoints: 100, Interval: time.Minute, TimeRange: backend.TimeRange{From: at.Add(-time.Hour), To: at},
		}},
	})
	if err != nil {
		return nil, err
	}
	response := answer.Responses["A"]
	switch {
	case response.Error != nil:
		return nil, fmt.Errorf("%s: %w", response.ErrorSource, response.Error)
	case numbers(response.Frames) == 0:
		return nil, errors.New("there is no number in the answer")
	}
	return response.Frames, nil
}

// numbers counts those of an answer.
func numbers(frames data.Frames) (n int) {
	for _, f := range frames {
		for _, field := range f.Fields {
			for i := range field.Len() {
				if _, is := field.ConcreteAt(i); is && field.Type().Numeric() {
					n++
				}
			}
		}
	}
	return n
}
