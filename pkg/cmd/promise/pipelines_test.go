package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"go.yaml.in/yaml/v3"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
)

// pipelinedSLO has the name that the examples ask for, and counts the events of a
// metric.
const pipelinedSLO = `
apiVersion: openslo/v1
kind: SLO
metadata: {name: checkout-availability}
spec:
  service: checkout
  indicator: {metadata: {name: errors}, spec: {ratioMetric: {counter: true,
    bad: {metricSource: {type: Prometheus, spec: {query: 'METRIC_total{code="500"}'}}},
    total: {metricSource: {type: Prometheus, spec: {query: METRIC_total}}}}}}
  timeWindow: [{duration: 7d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.99}]
---
apiVersion: promise.slo/v1
kind: Promise
metadata: {name: checkout-availability}
spec: {slo: checkout-availability, policy: [{remainingBelow: 0, action: Only fixes., blocks: [deploy], until: window}]}
`

// pipelinedRequests has a request a second of two metrics for 16 days until the machine's
// time, which is what pipelines ask about. Those of closed_total failed for three hours
// yesterday, which is more than a week's budget.
func pipelinedRequests(w *prometheus.Writer) {
	end := time.Now().Truncate(time.Minute)
	for metric, outage := range map[string]time.Duration{"open_total": 0, "closed_total": 3 * time.Hour} {
		var good, bad []prometheus.Sample
		var ok, failed float64
		for at := end.AddDate(0, 0, -16); !at.After(end); at = at.Add(time.Minute) {
			if since := at.Sub(end.AddDate(0, 0, -1)); since > 0 && since <= outage {
				failed += 60
			} else {
				ok += 60
			}
			good, bad = append(good, prometheus.Float(at, ok)), append(bad, prometheus.Float(at, failed))
		}
		for code, samples := range map[string][]prometheus.Sample{"200": good, "500": bad} {
			w.Append(labels.FromStrings("__name__", metric, "job", "checkout", "instance", "a", "code", code), samples...)
		}
	}
}

// example describes a pipeline of the documentation.
type example struct {
	Jobs map[string]struct {
		Steps []struct {
			Run string
			Env map[string]string
		}
	}
	Gate *struct {
		Script       string
		Variables    map[string]string
		AllowFailure struct {
			ExitCodes int `yaml:"exit_codes"`
		} `yaml:"allow_failure"`
	}
	Kind string
	Spec struct {
		Template struct {
			Spec struct {
				Containers []struct {
					Command []string
					Env     []struct{ Name, Value string }
				}
			}
		}
		Metrics []struct {
			SuccessCondition string `yaml:"successCondition"`
			FailureCondition string `yaml:"failureCondition"`
			Provider         struct {
				Web struct {
					URL      string `yaml:"url"`
					JSONPath string `yaml:"jsonPath"`
				}
			}
		}
	}
}

// examples returns those of docs/gate.md that follow a heading.
func examples(t *testing.T) []example {
	t.Helper()
	page, err := os.ReadFile("../../../docs/gate.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "### In a pipeline")
	section, _, _ = strings.Cut(section, "\n## ")
	var all []example
	for _, block := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(section, -1) {
		var e example
		if err := yaml.Unmarshal([]byte(block[1]), &e); err != nil {
			t.Fatalf("%v in\n%s", err, block[1])
		}
		all = append(all, e)
	}
	return all
}

// TestPipelines runs what the examples of pipelines run, with the built command and the
// plugin's process, behind a real Prometheus.
func TestPipelines(t *testing.T) {
	server := promtest.Start(t, pipelinedRequests)
	runner := pipelineRunner{binary: build(t, "promise", "."), folder: t.TempDir()}
	process := startPlugin(t)
	situations := []struct {
		name, metric, address string
		// Whether each pipeline goes on: GitLab lets a job with a warning pass.
		github, gitlab, hook bool
		// What an analysis makes of the answer.
		analysis string
	}{
		{"open", "open", server.URL, true, true, true, "successful"},
		{"closed", "closed", server.URL, false, false, false, "failed"},
		{"unknown", "open", "http://127.0.0.1:1", false, true, false, "inconclusive"},
	}
	kinds := map[string]int{}
	for i, s := range situations {
		t.Run(s.name, func(t *testing.T) {
			definitions := strings.ReplaceAll(pipelinedSLO, "METRIC", s.metric)
			runner.write(t, definitions)
			for _, e := range examples(t) {
				switch {
				case len(e.Jobs) > 0:
					kinds["GitHub Actions"]++
					step := e.Jobs["deploy"].Steps[len(e.Jobs["deploy"].Steps)-1]
					if code := runner.run(t, s.address, step.Env, "bash", "-e", "-c", step.Run); (code == exitFine) != s.github {
						t.Errorf("the step ends with %d", code)
					}
				case e.Gate != nil:
					kinds["GitLab CI"]++
					code := runner.run(t, s.address, e.Gate.Variables, "bash", "-eo", "pipefail", "-c", e.Gate.Script)
					if passes := code == exitFine || code == e.Gate.AllowFailure.ExitCodes; passes != s.gitlab {
						t.Errorf("the job ends with %d", code)
					}
				case e.Kind == "Job":
					kinds["Argo CD"]++
					c := e.Spec.Template.Spec.Containers[0]
					if code := runner.run(t, s.address, map[string]string{c.Env[0].Name: c.Env[0].Value}, c.Command...); (code == exitFine) != s.hook {
						t.Errorf("the hook ends with %d", code)
					}
				case e.Kind == "AnalysisTemplate":
					kinds["Argo Rollouts"]++
					source := processOf(t, process, s.address, definitions, i)
					if got := e.analyse(t, source); got != s.analysis {
						t.Errorf("the analysis is %s, want %s", got, s.analysis)
					}
				}
			}
		})
	}
	for _, kind := range []string{"GitHub Actions", "GitLab CI", "Argo CD", "Argo Rollouts"} {
		if kinds[kind] != len(situations) {
			t.Errorf("%d examples of %s ran", kinds[kind], kind)
		}
	}
}

// pipelineRunner runs commands as a pipeline does, in a folder with the definitions.
type pipelineRunner struct{ binary, folder string }

func (r pipelineRunner) write(t *testing.T, definitions string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(r.folder, "slos"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(r.folder, "slos", "checkout.yaml"), []byte(definitions), 0o600); err != nil {
		t.Fatal(err)
	}
}

// run returns the exit status of a command. The server's address and the folder of a
// mounted volume are those of this machine.
func (r pipelineRunner) run(t *testing.T, address string, env map[string]string, command ...string) int {
	t.Helper()
	const variable = "PROMISE_PROMETHEUS_URL"
	if env[variable] == "" {
		t.Fatalf("the example does not set %s", variable)
	}
	for i, argument := range command {
		if argument == "/slos" {
			command[i] = filepath.Join(r.folder, "slos")
		}
	}
	if command[0] == "promise" {
		command[0] = r.binary
	}
	c := exec.CommandContext(t.Context(), command[0], command[1:]...)
	c.Dir = r.folder
	c.Env = append(os.Environ(), "PATH="+filepath.Dir(r.binary)+":"+os.Getenv("PATH"), variable+"="+address)
	output, err := c.CombinedOutput()
	t.Logf("%s: %s", strings.Join(command, " "), output)
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	return c.ProcessState.ExitCode()
}

// analyse returns what Argo Rollouts makes of the answer of the resource that the
// example asks for.
func (e example) analyse(t *testing.T, source processSource) string {
	t.Helper()
	metric := e.Spec.Metrics[0]
	address, err := url.Parse(metric.Provider.Web.URL)
	if err != nil {
		t.Fatal(err)
	}
	_, resource, found := strings.Cut(address.RequestURI(), "/resources/")
	if !found || metric.Provider.Web.JSONPath != "{$.state}" {
		t.Fatalf("the example asks %s for %s", address, metric.Provider.Web.JSONPath)
	}
	answer, err := source.get(context.WithoutCancel(t.Context()), resource)
	if err != nil || answer.Status != 200 {
		t.Fatalf("%v: %+v", err, answer)
	}
	var body struct{ State string }
	if err := json.Unmarshal(answer.Body, &body); err != nil {
		t.Fatal(err)
	}
	switch condition := `result == "` + body.State + `"`; condition {
	case metric.SuccessCondition:
		return "successful"
	case metric.FailureCondition:
		return "failed"
	default:
		return "inconclusive"
	}
}
