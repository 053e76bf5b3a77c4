package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
)

func TestBadge(t *testing.T) {
	server := promtest.Start(t, gatedRequests)
	definitions := filepath.Join(t.TempDir(), "shop.yaml")
	if err := os.WriteFile(definitions, []byte(gatedShop), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		args []string
		code int
		want string
	}{
		"budget":            {nil, exitFine, "<title>shop: 100.0 % of budget left</title>"},
		"the outage":        {[]string{"--at=2026-06-09T06:00:00Z"}, exitFine, "<title>shop: "},
		"streak":            {[]string{"--show=streak"}, exitFine, "<title>shop: kept "},
		"label":             {[]string{"--label=The shop"}, exitFine, "<title>The shop: "},
		"no such SLO":       {[]string{"--slo=other"}, exitUsage, ""},
		"something unknown": {[]string{"--show=all"}, exitUsage, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := call(t.Context(), t, nil, append([]string{"badge", "--prometheus", server.URL, "--definitions", definitions}, tt.args...)...)
			if got.code != tt.code || !strings.Contains(got.stdout, tt.want) || got.code == exitFine && !strings.HasPrefix(got.stdout, "<svg ") {
				t.Errorf("%d: %s%s", got.code, got.stdout, got.stderr)
			}
		})
	}
}
