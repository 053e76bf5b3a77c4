package definition

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// metadata is what every document of the Kubernetes form says of itself.
type metadata struct {
	name, displayName   string
	at                  place
	labels, annotations map[string]string
	// settings are the annotations of this project, which are not among the
	// others.
	settings map[string]setting
}

// setting is an annotation of this project, and its text.
type setting struct {
	value
	written string
}

// The annotations of any SLO that set what its format has no field for.
const (
	annotationPrefix = "promise.slo/"
	groupBy          = annotationPrefix + "group-by"
	emptySlices      = annotationPrefix + "empty-slices"
)

func commonSettings() []string { return []string{groupBy, emptySlices} }

// readMetadata reads metadata that may have the settings and no others.
func readMetadata(v value, settings ...string) metadata {
	o := v.schema("name", "displayName", "labels", "annotations")
	name := o.need("name", "write a name, such as checkout-availability")
	m := metadata{name: readName(name), at: name.at, displayName: o.get("displayName").text()}
	m.labels = readLabels(o.get("labels").object())
	m.annotations, m.settings = readAnnotations(o.get("annotations").object(), value.text, settings)
	return m
}

// rfc1123 is the form of names in OpenSLO, up to 63 characters long.
var rfc1123 = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`)

const maxName = 63

// readName is the name; empty if it is not allowed.
func readName(v value) string {
	name := v.text()
	switch {
	case name != "" && len(name) <= maxName && rfc1123.MatchString(name):
		return name
	case !v.isText():
		return ""
	}
	hint := "write at most 63 lower-case letters, digits and dashes, with a letter or digit first and last"
	if better := strings.ReplaceAll(slug(name), ".", "-"); better != name && len(better) <= maxName && rfc1123.MatchString(better) {
		hint += ", such as " + better
	}
	v.fail(quoted(name)+" is not a name", hint)
	return ""
}

// labelKey is the form of the keys of labels and of the last part of those of
// annotations, up to 63 characters long.
var labelKey = regexp.MustCompile(`^[A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?$`)

func isLabelKey(key string) bool { return len(key) <= maxName && labelKey.MatchString(key) }

func readLabels(o object) map[string]string {
	if len(o.keys) == 0 {
		return nil
	}
	labels := make(map[string]string, len(o.keys))
	for _, key := range o.keys {
		v := o.fields[key]
		if !isLabelKey(key) {
			v.fail(quoted(key)+" is not a label's name", "write at most 63 letters, digits, dashes, underscores and dots, with a letter or digit first and last")
		}
		labels[key] = labelValue(v)
	}
	return labels
}

func labelValue(v value) string {
	if !v.present() {
		v.fail("has no value", "write one, or remove the label")
		return ""
	}
	if !v.isList() {
		return v.text()
	}
	var values []string
	for _, item := range v.list() {
		values = append(values, item.text())
	}
	return strings.Join(values, ",")
}

// dnsSubdomain is the form of the prefix of an annotation's key, and of the
// names of Kubernetes resources, up to 253 characters long.
var dnsSubdomain = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)

func readAnnotations(o object, read func(value) string, known []string) (annotations map[string]string, settings map[string]setting) {
	annotations, settings = map[string]string{}, map[string]setting{}
	for _, key := range o.keys {
		v := o.fields[key]
		checkAnnotation(key, v, known)
		if strings.HasPrefix(key, annotationPrefix) {
			settings[key] = setting{v, read(v)}
		} else {
			annotations[key] = read(v)
		}
	}
	if len(annotations) == 0 {
		return nil, settings
	}
	return annotations, settings
}

// isQualified says whether a key is as Kubernetes has it: a name, with a domain
// and a slash before it if need be.
func isQualified(key string) bool {
	prefix, name, found := strings.Cut(key, "/")
	if !found {
		return isLabelKey(key)
	}
	return isLabelKey(name) && isSubdomain(prefix)
}

func isSubdomain(name string) bool { return len(name) <= 253 && dnsSubdomain.MatchString(name) }

func checkAnnotation(key string, v value, known []string) {
	if !isQualified(key) {
		v.fail(quoted(key)+" is not an annotation's name", "write a name of at most 63 letters, digits, dashes, underscores and dots, with a domain and a slash before it if need be, such as example.com/runbook")
	}
	if strings.HasPrefix(key, annotationPrefix) && !slices.Contains(known, key) {
		v.warn("has no effect", suggest(key, known, knownAnnotations(known)))
	}
}

func knownAnnotations(known []string) string {
	if len(known) == 0 {
		return "remove it"
	}
	return "known annotations are " + strings.Join(known[:len(known)-1], ", ") + " and " + known[len(known)-1]
}

// groups is the annotation that names the labels to keep the account by.
func (m metadata) groups() []string {
	v := m.settings[groupBy]
	if v.written == "" {
		return nil
	}
	names := strings.Split(v.written, ",")
	for i, name := range names {
		names[i] = strings.TrimSpace(name)
	}
	if err := slo.ValidateGroupBy(names); err != nil {
		v.invalid(err)
	}
	return names
}

// emptySlice is the annotation that says how slices without events count.
func (m metadata) emptySlice(j judgement) slo.EmptySlice {
	v := m.settings[emptySlices]
	if !v.present() {
		return slo.EmptyIgnored
	}
	if j.known && j.method == slo.Occurrences {
		v.warn("has no effect with the budgeting method Occurrences", "remove it, or use Timeslices or RatioTimeslices")
	}
	return slo.EmptySlice(max(v.choice(emptyPolicies()...), 0))
}

// emptyPolicies are the names of the policies for slices without events.
func emptyPolicies() []string { return []string{"ignored", "good", "bad"} }

// slug is the text in lower case, with dashes for all but letters, digits and
// dots between them.
func slug(text string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(text) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '.' {
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte('-')
		}
		gap = false
		b.WriteRune(r)
	}
	return strings.Trim(b.String(), ".-")
}

// nameObjectives gives each objective a name that is unique within the SLO:
// its display name as a slug if no other has the same, else its target.
func nameObjectives(objectives []slo.Objective) {
	shared := map[string]int{}
	for _, o := range objectives {
		shared[slug(o.DisplayName)]++
	}
	taken := map[string]bool{}
	for i := range objectives {
		if s := slug(objectives[i].DisplayName); s != "" && shared[s] == 1 {
			objectives[i].Name = s
			taken[s] = true
		}
	}
	for i := range objectives {
		if objectives[i].Name == "" {
			objectives[i].Name = free(taken, percentage(objectives[i].Target))
		}
	}
}

// free is the name, with a number after it if it is taken, and takes it.
func free(taken map[string]bool, name string) string {
	unique := name
	for n := 2; taken[unique]; n++ {
		unique = fmt.Sprintf("%s-%d", name, n)
	}
	taken[unique] = true
	return unique
}
