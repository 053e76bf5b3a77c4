package grafana

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"time"

	"go.yaml.in/yaml/v4"
)

// rule is an alert rule: what people write of it.
type rule struct {
	UID          string            `json:"uid"`
	Title        string            `json:"title"`
	Condition    string            `json:"condition"`
	Data         []ruleQuery       `json:"data"`
	NoDataState  string            `json:"noDataState"   yaml:"noDataState"`
	ExecErrState string            `json:"execErrState"  yaml:"execErrState"`
	For          string            `json:"for"`
	Annotations  map[string]string `json:"annotations,omitempty"`
	Labels       map[string]string `json:"labels,omitempty"`
	IsPaused     bool              `json:"isPaused"      yaml:"isPaused"`

	// The rest is not in our rules, but could have been set in Grafana.

	KeepFiringFor string `json:"keep_firing_for,omitempty"             yaml:"-"`
	Notifications any    `json:"notification_settings,omitempty"       yaml:"-"`
	Record        any    `json:"record,omitempty"                      yaml:"-"`
	Resolves      any    `json:"missingSeriesEvalsToResolve,omitempty" yaml:"-"`
}

// ruleQuery is a query or an expression of a rule.
type ruleQuery struct {
	RefID         string         `json:"refId"             yaml:"refId"`
	DataSourceUID string         `json:"datasourceUid"     yaml:"datasourceUid"`
	Range         map[string]any `json:"relativeTimeRange,omitempty" yaml:"relativeTimeRange"`
	Model         map[string]any `json:"model"`
}

// storedRule is a rule as Grafana has it.
type storedRule struct {
	rule
	FolderUID, RuleGroup, Provenance string
	// whole is all that Grafana tells of it.
	whole json.RawMessage
}

// rules are those of the group, as they are to be.
func (g ruleGroup) rules() ([]rule, error) {
	text, err := writeRules([]ruleGroup{g}, "", sent)
	if err != nil {
		return nil, err
	}
	var file struct{ Groups []struct{ Rules []rule } }
	if err := yaml.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("the bundled alert rules: %w", err)
	}
	rules := file.Groups[0].Rules
	for i := range rules {
		rules[i].For = cmp.Or(rules[i].For, "0s") // the API takes no empty one
	}
	return rules, nil
}

// interval is how often the rules are evaluated.
const interval = time.Minute

// same says whether the rules are the same in what people write. That a rule is
// paused is between its team and Grafana.
func (r rule) same(other rule) bool {
	return reflect.DeepEqual(r.written(), other.written())
}

// written is the rule with Grafana's defaults, and without what Grafana adds.
// It is as JSON decodes it, so that numbers are of one type.
func (r rule) written() map[string]any {
	if r.KeepFiringFor == "0s" {
		r.KeepFiringFor = ""
	}
	r.IsPaused = false
	r.Data = slices.Clone(r.Data)
	for i, q := range r.Data {
		r.Data[i].Model = maps.Clone(q.Model)
		delete(r.Data[i].Model, "intervalMs")
		delete(r.Data[i].Model, "maxDataPoints")
		if q.DataSourceUID == "__expr__" {
			r.Data[i].Range = nil
		}
	}
	var written map[string]any
	encoded, err := json.Marshal(r)
	if err == nil {
		err = json.Unmarshal(encoded, &written)
	}
	if err != nil {
		panic(fmt.Sprintf("rule %s: %v", r.UID, err)) // it came from JSON or YAML with text for keys
	}
	return written
}

// storedRules are all alert rules of the organisation.
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

// interval is that of a group that is there.
func (c *Client) interval(ctx context.Context, f folder) (time.Duration, error) {
	var found struct{ Interval int64 }
	doing := fmt.Sprintf("reading the alert rules in folder %q", f.Title)
	err := c.call(ctx, get(rulesPath(f), doing, "alert.provisioning:read"), &found)
	return time.Duration(found.Interval) * time.Second, err
}

// saveRules makes a group of these rules alone, each as a rule or as all that
// Grafana has told of one. People may then edit them in Grafana.
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
