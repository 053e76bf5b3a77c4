package format

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// MaxName bounds names of OpenSLO and keys of labels, in bytes.
const MaxName = 63

// labelKey matches the keys of labels and the last part of those of annotations.
var labelKey = regexp.MustCompile(`^[A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?$`)

// NameForm describes the names of promises, and those in Sloth.
var NameForm = yamldoc.Form{
	Pattern: labelKey, Name: "a name",
	Hint: "write letters, digits, dashes, underscores and dots, with a letter or digit first and last",
}

// IsLabelKey reports whether Kubernetes allows a label, or an annotation without
// a domain, of that name.
func IsLabelKey(key string) bool { return len(key) <= MaxName && labelKey.MatchString(key) }

// dnsSubdomain matches the prefix of an annotation's key, and the names of
// Kubernetes resources.
var dnsSubdomain = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)

func isSubdomain(name string) bool { return len(name) <= 253 && dnsSubdomain.MatchString(name) }

// isQualifiedKey reports whether Kubernetes allows a label or an annotation of
// that name, which may have a domain and a slash before it.
func isQualifiedKey(key string) bool {
	prefix, name, found := strings.Cut(key, "/")
	if !found {
		return IsLabelKey(key)
	}
	return IsLabelKey(name) && isSubdomain(prefix)
}

// Slug returns the text in lower case, with dashes for all but letters, digits
// and dots between them.
func Slug(text string) string {
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

// NameObjectives gives each objective a name that is unique within the SLO:
// its display name as a slug if no other has the same, else its target in per
// cent.
func NameObjectives(objectives []slo.Objective) {
	shared := map[string]int{}
	for _, o := range objectives {
		shared[Slug(o.DisplayName)]++
	}
	taken := map[string]bool{}
	for i := range objectives {
		if s := Slug(objectives[i].DisplayName); s != "" && shared[s] == 1 {
			objectives[i].Name = s
			taken[s] = true
		}
	}
	for i := range objectives {
		if objectives[i].Name == "" {
			objectives[i].Name = Take(taken, Percent(objectives[i].Target))
		}
	}
}

// Take returns the name, with a number after it if it is taken, and marks it as
// taken.
func Take(taken map[string]bool, name string) string {
	unique := name
	for n := 2; taken[unique]; n++ {
		unique = fmt.Sprintf("%s-%d", name, n)
	}
	taken[unique] = true
	return unique
}
