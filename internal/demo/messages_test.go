package demo

import (
	"net/http"
	"strings"
	"testing"
)

func TestMessagesArePrinted(t *testing.T) {
	tests := []struct{ name, path, body, want string }{
		{
			"a page", "/catalog",
			`{"alerts":[{"status":"firing","labels":{"severity":"page"},"annotations":{"summary":"search burns","description":"Fast."}}]}`,
			"catalog is sent this page: search burns. Fast.",
		},
		{
			"its end", "/catalog",
			`{"alerts":[{"status":"resolved","labels":{"severity":"page"},"annotations":{"summary":"search burns"}}]}`,
			"catalog is told that this page is over: search burns",
		},
		{
			"an alert of nobody's", "/everyone",
			`{"alerts":[{"status":"firing","annotations":{"summary":"nobody knows","description":"No data."}}]}`,
			"everyone is sent this alert: nobody knows. No data.",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out log
			m, err := receiveMessages(t.Context(), &out)
			if err != nil {
				t.Fatal(err)
			}
			defer m.stop()
			response, err := http.Post(m.url+test.path, "application/json", strings.NewReader(test.body))
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			if response.StatusCode != http.StatusOK || !strings.Contains(out.String(), test.want) {
				t.Errorf("%s: %q, want %q", response.Status, out.String(), test.want)
			}
		})
	}
}

func TestMessagesThatCannotBeReadAreRefused(t *testing.T) {
	var out log
	m, err := receiveMessages(t.Context(), &out)
	if err != nil {
		t.Fatal(err)
	}
	defer m.stop()
	response, err := http.Post(m.url+"/catalog", "application/json", strings.NewReader("what?"))
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusBadRequest || out.String() != "" {
		t.Errorf("%s, and printed %q", response.Status, out.String())
	}
}
