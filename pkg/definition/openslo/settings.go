package openslo

import (
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// The settings of an SLO that say what other formats can.
const (
	// ownName and ownService replace metadata.name and spec.service. Names of
	// OpenSLO lack upper case, dots and underscores, and there is always a service.
	ownName    = format.SettingPrefix + "name"
	ownService = format.SettingPrefix + "service"
	// ownInstance tells the SLO from others of its name.
	ownInstance = format.SettingPrefix + "instance"
	// ownLabels contains, as a JSON object, labels whose names OpenSLO does not
	// allow.
	ownLabels = format.SettingPrefix + "labels"
	// ownAlerting contains, in JSON, what the alerts should be like.
	ownAlerting = format.SettingPrefix + "alerting"
)

func sloSettings() []string {
	return []string{ownName, ownInstance, ownService, ownLabels, ownAlerting}
}

// Settings returns the names of all settings that SLOs and indicators may have.
func Settings() []string {
	return append(append(format.CommonSettings(), sloSettings()...), indicatorSettings()...)
}

// applySettings makes the SLO what its settings say.
func applySettings(settings format.Settings, d *format.Draft) {
	s := &d.SLO
	if v := settings[ownName]; v.Value.Present() {
		if s.Name = strings.TrimSpace(v.Text); s.Name == "" {
			v.Value.Fail("is empty", "write the name of the SLO, or remove it")
		}
	}
	if v := settings[ownInstance]; v.Text != "" {
		d.Identity = format.ParseIdentity(v.Text)
	}
	if v := settings[ownService]; v.Value.Present() {
		s.Service, d.Service = v.Text, yamldoc.Place{}
	}
	var labels map[string]string
	readJSON(settings[ownLabels], &labels, `write a JSON object of texts, such as {"example.com/tier": "1"}`)
	s.Labels = format.Merge(s.Labels, labels)
	var a alertingSetting
	readJSON(settings[ownAlerting], &a, `write a JSON object with name, labels, annotations, page and ticket, such as {"page": {"disabled": true}}`)
	if slices.ContainsFunc(a.Conditions, func(c conditionSetting) bool { return !c.isValid() }) {
		settings[ownAlerting].Value.Fail("has a condition that does not say how fast is too fast", `write conditions such as {"severity": "page", "budget": 0.02, "long": "1h", "short": "5m"}`)
	}
	s.Alerting = a.alerting()
}

// readJSON decodes a setting, if it is there.
func readJSON(s format.Setting, to any, hint string) {
	if !s.Value.IsText() {
		return
	}
	decoder := json.NewDecoder(strings.NewReader(s.Text))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(to)
	if err == nil {
		if _, more := decoder.Token(); more != io.EOF {
			err = errors.New("there is something after the object")
		}
	}
	if err != nil {
		s.Value.Fail("is not what is expected: "+strings.TrimPrefix(err.Error(), "json: "), hint)
	}
}

// alertingSetting describes an slo.Alerting in JSON.
type alertingSetting struct {
	Name        string            `json:"name,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
	Page        alertSetting      `json:"page,omitzero"`
	Ticket      alertSetting      `json:"ticket,omitzero"`
	// Conditions contains those of Sloth's AlertWindows.
	Conditions []conditionSetting `json:"conditions,omitempty"`
}

// conditionSetting describes an slo.BurnCondition in JSON.
type conditionSetting struct {
	Severity     slo.Severity   `json:"severity"`
	BurnRate     float64        `json:"burnRate,omitempty"`
	Share        float64        `json:"budget,omitempty"`
	Long         model.Duration `json:"long"`
	Short        model.Duration `json:"short"`
	MinBadEvents float64        `json:"minBadEvents,omitempty"`
}

// isValid reports whether the condition says how fast is too fast, over which
// lookbacks.
func (c conditionSetting) isValid() bool {
	return slices.Contains(slo.Severities(), c.Severity) && c.Short > 0 && c.Long >= c.Short && c.Share <= 1 && (c.Share > 0) != (c.BurnRate > 0)
}

type alertSetting struct {
	Disabled    bool              `json:"disabled,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// IsZero reports whether nothing is wanted of an alert, which leaves it out of
// the JSON.
func (a alertSetting) IsZero() bool {
	return !a.Disabled && len(a.Labels) == 0 && len(a.Annotations) == 0
}

func (a alertingSetting) alerting() slo.Alerting {
	all := slo.Alerting{Name: a.Name, Labels: a.Labels, Annotations: a.Annotations, Page: slo.Alert(a.Page), Ticket: slo.Alert(a.Ticket)}
	for _, c := range a.Conditions {
		all.BurnConditions = append(all.BurnConditions, slo.BurnCondition{
			Severity: c.Severity, BurnRate: c.BurnRate, Share: c.Share,
			Long: time.Duration(c.Long), Short: time.Duration(c.Short), MinBadEvents: c.MinBadEvents,
		})
	}
	return all
}

func newAlertingSetting(a slo.Alerting) alertingSetting {
	all := alertingSetting{Name: a.Name, Labels: a.Labels, Annotations: a.Annotations, Page: alertSetting(a.Page), Ticket: alertSetting(a.Ticket)}
	for _, c := range a.BurnConditions {
		all.Conditions = append(all.Conditions, conditionSetting{
			Severity: c.Severity, BurnRate: c.BurnRate, Share: c.Share,
			Long: model.Duration(c.Long), Short: model.Duration(c.Short), MinBadEvents: c.MinBadEvents,
		})
	}
	return all
}
