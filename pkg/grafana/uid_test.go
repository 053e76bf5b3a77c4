package grafana

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestUIDs(t *testing.T) {
	for team, want := range map[string]string{
		"payments":                         "payments",
		"team-7":                           "team-7",
		"Payments":                         "payments-632e1c58",
		"Search & Find":                    "search-find-a77517b4",
		"ünïcödé":                          "n-c-d-",
		"支付":                               "",
		"a-team-whose-name-does-never-end": "a-team-whose-name-",
		"payments-632e1c58":                "payments-632e1c58-",
	} {
		if got := slug(team, longestSlug); !strings.HasPrefix(got, want) || len(got) > longestSlug {
			t.Errorf("%s: got %s", team, got)
		}
	}
	if FolderUID("payments") != "promises-payments" || DashboardUID("payments") != "promise-team-payments" || RuleUID("page", "payments") != "slo-page-payments" || RuleUID("page", "") != "promise-page" {
		t.Error("uids have changed: what is there would be left, and made anew")
	}
}

func TestUIDsAreSafeAndDistinct(t *testing.T) {
	valid := regexp.MustCompile(`^[a-z0-9-]{1,40}$`)
	name := rapid.OneOf(rapid.StringMatching(`[A-Ca-c0-1 -]{1,40}`), rapid.StringMatching(`[ab]{1,3}-[0-9a-f]{8}`), rapid.StringN(1, 60, -1))
	rapid.Check(t, func(t *rapid.T) {
		a, b := name.Draw(t, "a"), name.Draw(t, "b")
		for _, uid := range []string{FolderUID(a), DashboardUID(a), RuleUID("exhaustion", a), RuleUID("no-data", a)} {
			if !valid.MatchString(uid) {
				t.Errorf("%q has the uid %q", a, uid)
			}
		}
		for _, other := range []string{b, slug(a, longestSlug), strings.ToUpper(a), a + " "} {
			if other != a && slug(other, longestSlug) == slug(a, longestSlug) {
				t.Errorf("%q and %q have the same uid %q", a, other, slug(a, longestSlug))
			}
			if other != a && RuleUID("page", other) == RuleUID("page", a) {
				t.Errorf("rules of %q and %q have the same uid %q", a, other, RuleUID("page", a))
			}
		}
	})
}
