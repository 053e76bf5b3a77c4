//go:build mage

// Targets to check and build the project: "go tool mage -l" lists them.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	sdk "github.com/grafana/grafana-plugin-sdk-go/build"
	"github.com/magefile/mage/mg"
	"github.com/magefile/mage/sh"

	"github.com/promise-slo/promise-slo-datasource/internal/build"
	"github.com/promise-slo/promise-slo-datasource/internal/demo"
	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/stores"
	"github.com/promise-slo/promise-slo-datasource/internal/tables"
)

// Default is what "go tool mage" does.
var Default = Build

// Test checks everything: the Go code, the front end, and all tests against a real Prometheus server.
func Test() {
	mg.SerialDeps(Lint, FrontEnd, EndToEnd, Race, GoTest)
}

// Lint vets and lints the Go code, and checks the workflows.
func Lint() error {
	if err := sh.RunV("go", "vet", "./..."); err != nil {
		return err
	}
	if err := sh.RunV("go", "tool", "-modfile=tools/actionlint/go.mod", "actionlint"); err != nil {
		return err
	}
	return sh.RunV("go", "tool", "-modfile=tools/lint/go.mod", "golangci-lint", "run", "./...")
}

// FrontEnd checks and builds the front end.
func FrontEnd() error { return build.FrontEnd() }

// EndToEnd opens dashboards and editors in a browser, in the Grafana of GRAFANA_URL; without one it says what it skips.
func EndToEnd() error { return build.EndToEnd() }

// Race runs the plugin's tests that need no Prometheus server with the race detector.
func Race() error { return sh.RunV("go", "test", "-race", "-short", "./pkg/...") }

// GoTest runs all Go tests.
func GoTest() error {
	mg.Deps(Prometheus)
	return sh.RunV("go", "test", "-timeout=15m", "./...")
}

// Prometheus builds the server that tests, benchmarks and the demo run against.
func Prometheus(ctx context.Context) error {
	_, err := prometheus.Binary(ctx)
	return err
}

// Stores builds Mimir, Thanos and vmalert, which takes minutes, and runs the tests that need them, for half an hour.
func Stores(ctx context.Context) error {
	for _, p := range stores.Programs() {
		if _, err := p.Binary(ctx); err != nil {
			return err
		}
	}
	return sh.RunWithV(map[string]string{stores.Variable: "1"},
		"go", "test", "-timeout=45m", "-run=Mimir|Thanos|VMAlert", "./internal/stores", "./pkg/ledger", "./pkg/rules")
}

// Build builds the plugin for this machine into dist.
func Build() error {
	mg.SerialDeps(FrontEnd)
	return build.Plugin()
}

// BuildAll builds the plugin's executables for all platforms into dist.
func BuildAll() error { return build.PluginForAll() }

// Dashboards writes the dashboards, for the plugin and for provisioning; a Grafana that is provisioned from here reads them
// again.
func Dashboards() error { return build.Dashboards() }

// Watch builds the plugin's executable for debugging whenever a file changes.
func Watch() error { return sdk.Watch() }

// Coverage runs the plugin's tests and reports in coverage which code they run.
func Coverage() error { return sdk.Coverage() }

// Package builds the plugin for all platforms and packs it for Grafana's catalog into release.
func Package() error {
	mg.SerialDeps(FrontEnd, BuildAll)
	path, err := build.Package()
	if err != nil {
		return err
	}
	fmt.Println(path)
	return nil
}

// Validate packs the plugin and runs Grafana's validator on the package. The validator is downloaded from GitHub, unless
// PLUGIN_VALIDATOR names its executable.
func Validate() error {
	mg.SerialDeps(Package)
	return build.Validate()
}

// Demo shows the plugin at work on a made-up history, until it is stopped; with DEMO_ONCE=1 it ends after the board.
func Demo(ctx context.Context) error {
	return demo.Run(ctx, demo.Options{
		Out: os.Stdout, Build: build.Plugin, FrontEnd: build.Bundle, Plugin: "dist", Provisioning: "provisioning",
		Once: os.Getenv("DEMO_ONCE") != "",
	})
}

// Bench runs the benchmarks.
func Bench() error {
	mg.Deps(Prometheus)
	return sh.RunV("go", "test", "-run=^$", "-bench=.", "-benchmem", "-timeout=1h", "./...")
}

// Tables measures what the docs tell of accuracy and costs, and writes it there; it takes minutes on a quiet machine.
func Tables() error {
	mg.Deps(Prometheus)
	update := map[string]string{tables.Variable: "1"}
	if err := sh.RunWithV(update, "go", "test", "-count=1", "-run=^(TestTruth|TestInstallations)$", "./pkg/ledger", "./pkg/rules"); err != nil {
		return err
	}
	if err := sh.RunWithV(update, "go", "test", "-count=1", "-run=^TestBacktest", "./pkg/forecast"); err != nil {
		return err
	}
	return sh.RunWithV(update, "go", "test", "-run=^$", "-bench=^Benchmark(Store|BurnAlert|Recorded|Maintain)$", "-benchtime=5x", "-timeout=30m", "./pkg/ledger")
}

// Fuzz runs each fuzz target for a time such as 30s.
func Fuzz(each time.Duration) error { return build.Fuzz(each) }
