package grafana

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/api"
)

// rule describes what people write of an alert rule.
type rule struct {
	UID          string            `json:"uid"`
	Title        string            `json:"title"`
	Condition    string            `json:"condition"`
	Data         []ruleQuery       `json:"data"`
	NoDataState  string            `json:"noDataState"`
	ExecErrState string            `json:"execErrState"`
	For          string            `json:"for"`
	Annotations  map[string]string `json:"annotations,omitempty"`
	Labels       map[string]string `json:"labels,omitempty"`
	IsPaused     bool              `json:"isPaused"`

	// The rest is not in our rules, but can be set in Grafana.

	KeepFiringFor string `json:"keep_firing_for,omitempty"`
	Notifications any    `json:"notification_settings,omitempty"`
	Record        any    `json:"record,omitempty"`
	Resolves      any    `json:"missingSeriesEvalsToResolve,omitempty"`
}

// ruleQuery describes a query or an expression of a rule.
type ruleQuery struct {
	RefID         string     `json:"refId"`
	DataSourceUID string     `json:"datasourceUid"`
	Range         *timeRange `json:"relativeTimeRange,omitempty"`
	// A queryModel, a threshold, or what Grafana has stored.
	Model any `json:"model"`
}

// expressionUID stands for Grafana's own expressions in place of a data source.
const expressionUID = "__expr__"

// timeRange starts and ends so many seconds before now.
type timeRange struct {
	From int64 `json:"from"`
	To   int64 `json:"to"`
}

// queryModel holds a query to the data source.
type queryModel struct {
	RefID string `json:"refId"`
	api.Query
}

// threshold describes an expression that compares numbers.
type threshold struct {
	RefID      string      `json:"refId"`
	Type       string      `json:"type"`
	Expression string      `json:"expression"`
	Conditions []condition `json:"conditions"`
}

type condition struct {
	Evaluator evaluator `json:"evaluator"`
}

// evaluator compares with its parameters: gt, gte and within_range.
type evaluator struct {
	Type   string    `json:"type"`
	Params []float64 `json:"params"`
}

// storedRule is a rule in Grafana's store.
type storedRule struct {
	rule
	FolderUID, RuleGroup, Provenance string
	// All that Grafana returns.
	whole json.RawMessage
}

// interval separates the evaluations of the rules.
const interval = time.Minute

// equals reports whether the rules are the same in what people write. Whether a rule
// is paused is between its team and Grafana.
func (r rule) equals(other rule) bool {
	return reflect.DeepEqual(r.normalize(), other.normalize())
}

// normalize returns the rule as JSON decodes it, with Grafana's defaults and without
// what Grafana adds.
func (r rule) normalize() map[string]any {
	if r.KeepFiringFor == "0s" {
		r.KeepFiringFor = ""
	}
	r.IsPaused = false
	r.Data = slices.Clone(r.Data)
	for i, q := range r.Data {
		if q.DataSourceUID == expressionUID {
			r.Data[i].Range = nil
		}
	}
	var decoded map[string]any
	encoded, err := json.Marshal(r)
	if err == nil {
		err = json.Unmarshal(encoded, &decoded)
	}
	if err != nil {
		panic(fmt.Sprintf("rule %s: %v", r.UID, err)) // all of it is of JSON's own types
	}
	queries, _ := decoded["data"].([]any)
	for _, q := range queries {
		if model, ok := q.(map[string]any)["model"].(map[string]any); ok {
			delete(model, "intervalMs")
			delete(model, "maxDataPoints")
		}
	}
	return decoded
}

// storedRules returns all alert rules of the organization.
func (c *Client) storedRules(ctx context.Context) ([]storedRule, error) {
	var found []json.RawMessage
	err := c.call(ctx, get("/api/v1/provisioning/alert-rules", "looking for alert rules", "alert.provisioning:read"), &found)
	if err != nil {
		return nil, err
	}
	all := make([]storedRule, len(found))
	for i, whole := range found {
		if err := json.Unmarshal(whole, &all[i]); err != nil {
			return nil, fmt.Errorf("reading an alert rule: %w", err)
		}
		all[i].whole = whole
	}
	return all, nil
}

// interval returns the time between evaluations of a group.
func (c *Client) interval(ctx context.Context, f folder) (time.Duration, error) {
	var found struct{ Interval int64 }
	doing := fmt.Sprintf("reading the alert rules in folder %q", f.Title)
	err := c.call(ctx, get(rulesPath(f), doing, "alert.provisioning:read"), &found)
	return time.Duration(found.Interval) * time.Second, err
}

// saveRules makes a group of these rules alone, each a rule or all that Grafana
// returned of one. People may then edit them in Grafana.
func (c *Client) saveRules(ctx context.Context, f folder, rules []any) error {
	return c.call(ctx, request{
		method: http.MethodPut, path: rulesPath(f), header: http.Header{"X-Disable-Provenance": {"true"}},
		body:  map[string]any{"title": groupName, "folderUid": f.UID, "interval": int64(interval / time.Second), "rules": rules},
		doing: fmt.Sprintf("saving the alert rules in folder %q", f.Title), needs: "alert.provisioning:write",
	}, nil)
}

func rulesPath(f folder) string {
	return "/api/v1/provisioning/folder/" + url.PathEscape(f.UID) + "/rule-groups/" + groupName
}
