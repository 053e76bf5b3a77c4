package format

import (
	"fmt"
	"slices"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// SettingPrefix begins the names of the annotations of this project.
const SettingPrefix = "promise.slo/"

// The settings of any SLO, for what its format has no field for.
const (
	GroupBy     = SettingPrefix + "group-by"
	EmptySlices = SettingPrefix + "empty-slices"
)

// CommonSettings returns the names of the settings that any SLO may have.
func CommonSettings() []string { return []string{GroupBy, EmptySlices} }

// Setting describes an annotation of this project, and its text.
type Setting struct {
	Value yamldoc.Value
	Text  string
}

// Settings contains settings by their names.
type Settings map[string]Setting

// Annotations returns annotations and, apart from them, settings, whose names
// must be known.
func Annotations(o yamldoc.Object, read func(yamldoc.Value) string, known []string) (map[string]string, Settings) {
	annotations, settings := map[string]string{}, Settings{}
	for key, v := range o.All() {
		checkAnnotation(key, v, known)
		if strings.HasPrefix(key, SettingPrefix) {
			settings[key] = Setting{Value: v, Text: read(v)}
		} else {
			annotations[key] = read(v)
		}
	}
	if len(annotations) == 0 {
		return nil, settings
	}
	return annotations, settings
}

func checkAnnotation(key string, v yamldoc.Value, known []string) {
	if !isQualifiedKey(key) {
		v.Fail(fmt.Sprintf("%q is not an annotation's name", key), "write a name of at most 63 letters, digits, dashes, underscores and dots, with a domain and a slash before it if need be, such as example.com/runbook")
	}
	if !strings.HasPrefix(key, SettingPrefix) || slices.Contains(known, key) {
		return
	}
	if near := nearestSetting(key, known); near != "" {
		v.Fail("is not a known annotation", "did you mean "+near+"?") // the SLO would mean something else without it
		return
	}
	v.WarnLeftOut("has no effect", listSettings(known))
}

// nearestSetting returns the known setting that was probably meant; empty if none is
// close.
func nearestSetting(key string, known []string) string {
	names := make([]string, len(known))
	for i, name := range known {
		names[i] = strings.TrimPrefix(name, SettingPrefix)
	}
	if near := yamldoc.Nearest(strings.TrimPrefix(key, SettingPrefix), names); near != "" {
		return SettingPrefix + near
	}
	return ""
}

func listSettings(known []string) string {
	if len(known) == 0 {
		return "remove it"
	}
	return "known annotations are " + strings.Join(known[:len(known)-1], ", ") + " and " + known[len(known)-1]
}

// GroupBy returns the labels by whose values the SLO has a budget each.
func (s Settings) GroupBy() []string {
	v := s[GroupBy]
	if v.Text == "" {
		return nil
	}
	names := strings.Split(v.Text, ",")
	for i, name := range names {
		names[i] = strings.TrimSpace(name)
	}
	CheckGroupBy(v.Value, names)
	return names
}

// CheckGroupBy reports labels that an SLO cannot be grouped by.
func CheckGroupBy(v yamldoc.Value, names []string) {
	if err := slo.ValidateGroupBy(names); err != nil {
		Refuse(v.Report(), v.Place(), err)
	}
}

// EmptySlice returns how time slices without events count. The setting has no
// effect where there are no slices.
func (s Settings) EmptySlice(sliced bool) slo.EmptySlice {
	v := s[EmptySlices].Value
	if !v.Present() {
		return slo.EmptyIgnored
	}
	if !sliced {
		v.WarnLeftOut("has no effect with the budgeting method Occurrences", "remove it, or use Timeslices or RatioTimeslices")
	}
	return slo.EmptySlice(max(v.Choice(EmptyPolicies()...), 0))
}

// EmptyPolicies returns what the setting EmptySlices may be, in the order of
// slo.EmptySlice.
func EmptyPolicies() []string { return []string{"ignored", "good", "bad"} }
