package plugin

import (
	"strings"
	"testing"
	"time"
)

func TestReadSettings(t *testing.T) {
	s, err := readSettings([]byte(`{
		"definitions": {"source": "folder", "folder": "slos"},
		"maxRange": "32d", "concurrency": 4, "timeZone": "Europe/Paris", "queryParams": "dedup=true", "settle": "5m",
		"httpMethod": "POST"
	}`))
	if err != nil {
		t.Fatal(err)
	}
	if time.Duration(s.MaxRange) != 32*day || s.Concurrency != 4 || time.Duration(s.Settle) != 5*time.Minute || s.Definitions.Folder != "slos" {
		t.Errorf("settings are %+v", s)
	}
	if location, err := s.location(); err != nil || location.String() != "Europe/Paris" {
		t.Errorf("location is %v, %v", location, err)
	}
	for _, empty := range []string{"", " ", "{}", "null"} {
		if _, err := readSettings([]byte(empty)); err != nil {
			t.Errorf("settings %q: %v", empty, err)
		}
	}
}

func TestReadWrongSettings(t *testing.T) {
	tests := []struct{ name, settings, want string }{
		{"not JSON", `{`, "the settings cannot be read"},
		{"duration as a number", `{"maxRange": 30}`, `a duration is 30; write text such as "5m"`},
		{"not a duration", `{"settle": "soon"}`, `"soon" is not a duration; write`},
		{"negative concurrency", `{"concurrency": -1}`, "concurrency is -1; write"},
		{"time zone", `{"timeZone": "Mars/Base"}`, `timeZone is "Mars/Base", which is not known; write`},
		{"parameters", `{"queryParams": "a=%zz"}`, "queryParams cannot be read; write"},
		{"source", `{"definitions": {"source": "git"}}`, `definitions.source is "git"; write inline or folder`},
		{"forwarded identity", `{"oauthPassThru": true}`, "turn the forwarding off"},
		{"forwarded cookies", `{"keepCookies": ["session"]}`, "turn the forwarding off"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := readSettings([]byte(test.settings))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error is %v, want %q", err, test.want)
			}
		})
	}
}
