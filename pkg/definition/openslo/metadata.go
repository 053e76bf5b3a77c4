package openslo

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
)

// needMetadata returns the metadata of a document, which must be there.
func needMetadata(o yamldoc.Object, settings ...string) format.Metadata {
	return readMetadata(o.Need("metadata", "write metadata with a name below it"), settings...)
}

// readMetadata returns metadata that may have the settings and no others.
func readMetadata(v yamldoc.Value, settings ...string) format.Metadata {
	o := format.MetadataFields(v, "name", "displayName", "labels", "annotations")
	name := o.Need("name", "write a name, such as checkout-availability")
	m := format.Metadata{Name: readName(name), At: name.Place(), DisplayName: o.Get("displayName").Text()}
	m.Labels = readLabels(o.Get("labels").Object())
	m.Annotations, m.Settings = format.Annotations(o.Get("annotations").Object(), yamldoc.Value.Text, settings)
	m.ReadCluster(o)
	return m
}

// rfc1123 matches names in OpenSLO, up to 63 characters long.
var rfc1123 = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`)

// IsName reports whether OpenSLO allows a name.
func IsName(name string) bool { return len(name) <= format.MaxName && rfc1123.MatchString(name) }

// Name returns a name of OpenSLO that is like another, with room for a number
// after it.
func Name(like string) string {
	const room = 4
	var b strings.Builder
	for _, r := range format.Slug(like) {
		if r < 'a' && (r < '0' || r > '9') || r > 'z' {
			r = '-'
		}
		b.WriteRune(r)
	}
	short := b.String()
	short = strings.Trim(short[:min(len(short), format.MaxName-room)], "-")
	if short == "" {
		return "slo"
	}
	return short
}

// readName returns the name; empty if it is not allowed.
func readName(v yamldoc.Value) string {
	name := v.Text()
	switch {
	case IsName(name):
		return name
	case !v.IsText():
		return ""
	}
	hint := "write at most 63 lower-case letters, digits and dashes, with a letter or digit first and last"
	if better := strings.ReplaceAll(format.Slug(name), ".", "-"); better != name && IsName(better) {
		hint += ", such as " + better
	}
	v.Fail(fmt.Sprintf("%q is not a name", name), hint)
	return ""
}

func readLabels(o yamldoc.Object) map[string]string {
	if o.Len() == 0 {
		return nil
	}
	labels := make(map[string]string, o.Len())
	for key, v := range o.All() {
		if !format.IsLabelKey(key) {
			v.Fail(fmt.Sprintf("%q is not a label's name", key), "write at most 63 letters, digits, dashes, underscores and dots, with a letter or digit first and last")
		}
		labels[key] = readLabel(v)
	}
	return labels
}

// readLabel returns the value of a label, several of which are joined.
func readLabel(v yamldoc.Value) string {
	if !v.Present() {
		v.Fail("has no value", "write one, or remove the label")
		return ""
	}
	if !v.IsList() {
		return v.Text()
	}
	var values []string
	for _, item := range v.List() {
		values = append(values, item.Text())
	}
	return strings.Join(values, ",")
}

// maxDescription bounds a description, in characters.
const maxDescription = 1050

func readDescription(spec yamldoc.Object) string {
	v := spec.Get("description")
	text := strings.TrimSpace(v.Text())
	if n := utf8.RuneCountInString(text); n > maxDescription {
		v.Warn(fmt.Sprintf("is %d characters long", n), fmt.Sprintf("OpenSLO allows %d; shorten it", maxDescription))
	}
	return text
}

// addEntry adds a document that others refer to, unless it has no name.
func addEntry(c *format.Contents, o yamldoc.Object, m format.Metadata, kind format.Kind, value any) {
	if m.Name != "" {
		c.Entries = append(c.Entries, format.Entry{Kind: kind, Name: m.Name, Namespace: m.Namespace, At: m.At, Value: value, Failed: o.Report().Failed()})
	}
}
