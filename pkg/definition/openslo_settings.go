package definition

import (
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// The annotations of an SLO of OpenSLO that say what other formats can.
const (
	// ownName and ownService take the place of metadata.name and
	// spec.service. Names of OpenSLO lack upper case, dots and underscores,
	// and there is always a service.
	ownName    = annotationPrefix + "name"
	ownService = annotationPrefix + "service"
	// ownLabels is a JSON object of labels whose names OpenSLO does not have.
	ownLabels = annotationPrefix + "labels"
	// ownAlerting is what the alerts should be like, in JSON.
	ownAlerting = annotationPrefix + "alerting"
)

func sloSettings() []string { return []string{ownName, ownService, ownLabels, ownAlerting} }

// amend makes the SLO what its annotations say.
func (m metadata) amend(d *draft) {
	s := &d.slo
	if v := m.settings[ownName]; v.present() {
		if s.Name = strings.TrimSpace(v.written); s.Name == "" {
			v.fail("is empty", "write the name of the SLO, or remove it")
		}
	}
	if v := m.settings[ownService]; v.present() {
		s.Service, d.service = v.written, place{}
	}
	var labels map[string]string
	m.settings[ownLabels].json(&labels, `write a JSON object of texts, such as {"example.com/tier": "1"}`)
	s.Labels = overlaid(s.Labels, labels)
	var a alertingSetting
	m.settings[ownAlerting].json(&a, `write a JSON object with name, labels, annotations, page and ticket, such as {"page": {"disabled": true}}`)
	s.Alerting = a.alerting()
}

// json reads a setting, if it is there.
func (s setting) json(to any, hint string) {
	if !s.isText() {
		return
	}
	decoder := json.NewDecoder(strings.NewReader(s.written))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(to)
	if err == nil {
		if _, more := decoder.Token(); more != io.EOF {
			err = errors.New("there is something after the object")
		}
	}
	if err != nil {
		s.fail("is not what is expected: "+strings.TrimPrefix(err.Error(), "json: "), hint)
	}
}

// alertingSetting is an slo.Alerting in JSON.
type alertingSetting struct {
	Name        string            `json:"name,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
	Page        alertSetting      `json:"page,omitzero"`
	Ticket      alertSetting      `json:"ticket,omitzero"`
}

type alertSetting struct {
	Disabled    bool              `json:"disabled,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// IsZero leaves an alert of which nothing is wanted out of the JSON.
func (a alertSetting) IsZero() bool {
	return !a.Disabled && len(a.Labels) == 0 && len(a.Annotations) == 0
}

func (a alertingSetting) alerting() slo.Alerting {
	return slo.Alerting{Name: a.Name, Labels: a.Labels, Annotations: a.Annotations, Page: slo.Alert(a.Page), Ticket: slo.Alert(a.Ticket)}
}

func settingOf(a slo.Alerting) alertingSetting {
	return alertingSetting{a.Name, a.Labels, a.Annotations, alertSetting(a.Page), alertSetting(a.Ticket)}
}
