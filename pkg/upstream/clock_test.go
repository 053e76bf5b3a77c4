package upstream

import (
	"net/http"
	"testing"
	"time"
)

func TestSkew(t *testing.T) {
	sent := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	headers := func(behind time.Duration, more ...string) http.Header {
		h := http.Header{"Date": {sent.Add(-behind).Format(http.TimeFormat)}}
		for _, name := range more {
			h.Set(name, "1")
		}
		return h
	}
	type seen struct {
		header http.Header
		trip   time.Duration
	}
	for name, test := range map[string]struct {
		answers []seen
		want    time.Duration
		known   bool
	}{
		"no answers":                  {nil, 0, false},
		"no date":                     {[]seen{{http.Header{}, 0}}, 0, false},
		"not a date":                  {[]seen{{http.Header{"Date": {"yesterday"}}, 0}}, 0, false},
		"from a cache":                {[]seen{{headers(time.Hour, "Age"), 0}}, 0, false},
		"too slow":                    {[]seen{{headers(0), 11 * time.Second}}, 0, false},
		"the same":                    {[]seen{{headers(0), time.Second}}, 0, true},
		"ahead":                       {[]seen{{headers(2 * time.Hour), time.Second}}, 2 * time.Hour, true},
		"behind":                      {[]seen{{headers(-time.Minute), time.Second}}, -time.Minute, true},
		"the middle of a long answer": {[]seen{{headers(0), 9 * time.Second}}, 4 * time.Second, true},
		"one that is off":             {[]seen{{headers(0), time.Second}, {headers(time.Hour), time.Second}, {headers(0), time.Second}}, 0, true},
		"set right since": {
			[]seen{
				{headers(time.Hour), time.Second},
				{headers(time.Hour), time.Second},
				{headers(time.Hour), time.Second},
				{headers(0), time.Second},
				{headers(0), time.Second},
				{headers(0), time.Second},
			}, 0, true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			var c Client
			for _, a := range test.answers {
				c.clock.observe(sent, sent.Add(a.trip), a.header)
			}
			got, known := c.Skew()
			if got != test.want || known != test.known {
				t.Errorf("%s, %v; want %s, %v", got, known, test.want, test.known)
			}
		})
	}
}

func TestSkewOfAnswers(t *testing.T) {
	failing, _ := serve(t, say(503, "text/plain", ""))
	c := impatient(t, Options{URL: failing})
	_, _, _ = c.Instant(t.Context(), "up", epoch)
	if _, known := c.Skew(); known {
		t.Error("the clock of what answers for a server that is down is not the server's")
	}
	address, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat))
		say(200, "application/json", okBody)(w, r)
	})
	c = impatient(t, Options{URL: address})
	if _, _, err := c.Instant(t.Context(), "up", epoch); err != nil {
		t.Fatal(err)
	}
	if ahead, known := c.Skew(); !known || (ahead-time.Hour).Abs() > 2*time.Second {
		t.Errorf("ahead by %s, %v; want an hour", ahead, known)
	}
}
