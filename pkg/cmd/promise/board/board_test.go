package board

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"
	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

var now = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func p[T any](v T) *T { return &v }

func sample() []Row {
	return []Row{
		{State: "ok", SLO: "catalogue-latency", Service: "catalogue", Target: 0.99, SLI: p(0.99712), Yesterday: p(1.0), Remaining: p(0.712), LeftEvents: p(1234.56), LeftMinutes: p(307.58), Burn1h: p(0.0), Burn6h: p(0.2), Burn1d: p(0.31)},
		{State: "no_data", SLO: "mail-delivery", Service: "mail", Target: 0.95, Error: "The server at http://prom:9090 cannot be reached."},
		{State: "exhausted", SLO: "checkout-availability", Objective: "strict", Labels: map[string]string{"route": "/pay", "cluster": "eu"}, Service: "checkout",
			Target: 0.999, SLI: p(0.998999), Yesterday: p(0.9951), Remaining: p(-0.001), LeftEvents: p(-0.9), LeftMinutes: p(-0.04), Firing: slo.Ticket, Burn1h: p(14.44), Burn6h: p(6.1), Burn1d: p(123.4),
			ExhaustsAt: p(now.Add(-3 * time.Hour)), Worst: &Incident{Start: now.Add(-50 * time.Hour), End: now.Add(-49*time.Hour - 20*time.Minute), Share: p(0.354)},
			Notices: []string{"Only 60 % of the window has data."}},
		{State: "at_risk", SLO: "search-availability", Service: "search", Target: 0.999, SLI: p(0.9993), Remaining: p(0.3), MissChance: p(0.624), Burn1h: p(1.2), Burn6h: p(0.004),
			ExhaustsAt: p(now.Add(76*time.Hour + 20*time.Minute)), Notices: []string{"Only 60 % of the window has data."}},
	}
}

func render(t *testing.T, rows []Row, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, rows, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWrite(t *testing.T) {
	const want = `
State      Fires   SLO                                                              Service         SLI  Target              Budget left  Events left  Outage left  Burn 1h     6h    1d  Runs out      Miss  Yesterday  Worst incident
no data            mail-delivery [1]                                                mail              –    95 %                        –            –            –        –      –     –  –                –          –  –
exhausted  ticket  checkout-availability / strict {cluster="eu", route="/pay"} [2]  checkout   99.899 %  99.9 %  ░░░░░░░░░░       -0.1 %         -0.9       -1 min     14.4   6.10   123  3 h ago          –   99.510 %  2 d 2 h ago, for 40 min, 35.4 % of budget
at risk            search-availability [2]                                          search     99.930 %  99.9 %  ███░░░░░░░       30.0 %            –            –     1.20  <0.01     –  in 3 d 4 h    62 %          –  –
ok                 catalogue-latency                                                catalogue   99.71 %    99 %  ███████▏░░       71.2 %       1234.6    5 h 7 min        0   0.20  0.31  not in sight     –      100 %  –

[1] The server at http://prom:9090 cannot be reached.
[2] Only 60 % of the window has data.
As of 2026-03-02 12:00 UTC; yesterday is a day of UTC, or of the time zone of a calendar window.
`
	if got := render(t, sample(), Options{Now: now}); got != want[1:] {
		t.Errorf("got\n%s", got)
	}
}

func TestNarrowBoardFits(t *testing.T) {
	for _, width := range []int{90, 100, 120, 160, 200} {
		got := render(t, sample(), Options{Now: now, Width: width})
		if l := text.LongestLineLen(got); l > width {
			t.Errorf("width %d: a line has %d characters\n%s", width, l, got)
		}
		if strings.Contains(got, "Worst incident\n") == strings.Contains(got, "Too narrow for:") {
			t.Errorf("width %d: what is left out is not named\n%s", width, got)
		}
	}
}

func TestColor(t *testing.T) {
	plain := render(t, sample(), Options{Now: now, Width: 120})
	colored := render(t, sample(), Options{Now: now, Width: 120, Color: true})
	if strings.Contains(plain, "\x1b") || !strings.Contains(colored, "\x1b[31;1mexhausted\x1b[0m") {
		t.Errorf("got %q", colored)
	}
	if text.StripEscape(colored) != plain {
		t.Errorf("got\n%s\nwant\n%s", text.StripEscape(colored), plain)
	}
}

func TestBar(t *testing.T) {
	tests := []struct{ got, want string }{
		{sli(nil, 0.999), "–"},
		{bar(p(0.001)), "▏░░░░░░░░░"},
		{bar(p(-3.0)), "░░░░░░░░░░"},
		{bar(p(1.0)), "██████████"},
	}
	for _, test := range tests {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}

func TestBarWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64().Draw(t, "remaining")
		if n := text.StringWidth(bar(&v)); n != barCells {
			t.Fatalf("%v: %d cells", v, n)
		}
	})
}
