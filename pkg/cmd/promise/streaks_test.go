package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
)

// TestStreaks checks that they are shown where they are asked for, and change no other
// number.
func TestStreaks(t *testing.T) {
	server := promtest.Start(t, missedRequests)
	file := filepath.Join(t.TempDir(), "shop.yaml")
	if err := os.WriteFile(file, []byte(missedShop()), 0o600); err != nil {
		t.Fatal(err)
	}
	status := func(args ...string) outcome {
		return call(t.Context(), t, nil, append([]string{"status", "--prometheus=" + server.URL, "--definitions=" + file, "--slo=shop", "--at=2026-06-16T00:00:00Z"}, args...)...)
	}
	if got := status("--streaks"); got.code != exitFine || !strings.Contains(got.stdout, "No window kept since the last miss.") {
		t.Errorf("got %+v", got)
	}
	with, without := status("--streaks", "--format=json"), status("--format=json")
	streak := regexp.MustCompile(`(?s)\s*"streak": \{.*?\},`)
	if found := streak.FindString(with.stdout); !strings.Contains(found, `"afterMiss": true`) || !strings.Contains(found, `"kept": 0`) {
		t.Errorf("the streak is %s in\n%s", found, with.stdout)
	}
	if streak.ReplaceAllString(with.stdout, "") != without.stdout {
		t.Errorf("other numbers changed:\n%s\n%s", with.stdout, without.stdout)
	}
}
