package definition_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/deftest"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
)

// site returns an SLO of Pyrra with labels.
func site(namespace, labels string) string {
	if namespace != "" {
		namespace = ", namespace: " + namespace
	}
	return "apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\nmetadata: {name: cache" + namespace + ", labels: {" + labels + "}}\n" +
		"spec:\n  target: '99.9'\n  window: 12w\n  indicator:\n    ratio: {errors: {metric: bad}, total: {metric: all}}\n---\n"
}

var sites = site("pilot", "site: a") + site("pilot", "site: b")

// serviceLevel returns a resource of Sloth that defines the SLO shop-ok.
func serviceLevel(metadata string) string {
	return "apiVersion: sloth.slok.dev/v1\nkind: PrometheusServiceLevel\nmetadata: {" + metadata + "}\nspec:\n  service: shop\n  slos:\n" +
		"    - {name: ok, objective: 99, alerting: {}, sli: {events: {errorQuery: 'sum(rate(a[{{.window}}]))', totalQuery: 'sum(rate(b[{{.window}}]))'}}}\n---\n"
}

// SLOs of one name are told apart as their formats' own tools do, and keep the
// name; what nothing tells apart is refused.
func TestIdentity(t *testing.T) {
	ratio := deftest.Change(t, deftest.Ratio, "name: checkout", "name: cache") + "---\n"
	tests := []struct {
		name, documents string
		want            []string
		refused         int
	}{
		{"alone", site("pilot", "site: a"), []string{"cache"}, 0},
		{"by a label", sites, []string{"cache/a", "cache/b"}, 0},
		{"by the namespace", site("one", "site: a") + site("two", "site: a"), []string{"cache/one", "cache/two"}, 0},
		{"the namespace comes first", site("z", "app: a") + site("y", "app: b"), []string{"cache/y/b", "cache/z/a"}, 0},
		{"one without what the other has", site("", "site: a") + site("pilot", "site: a"), []string{"cache/none", "cache/pilot"}, 0},
		{"values that are alike together", site("", "a: 'x/y', b: z") + site("", "a: x, b: 'y/z'"), []string{"cache/x/y/z-59f878d7", "cache/x/y/z-9de0428d"}, 0},
		{"values that are alike together, in another order", site("", "a: x, b: 'y/z'") + site("", "a: 'x/y', b: z"), []string{"cache/x/y/z-59f878d7", "cache/x/y/z-9de0428d"}, 0},
		{"one value under different labels", site("", "a: x") + site("", "b: x"), []string{"cache/x-60b8f3f1", "cache/x-a042004a"}, 0},
		{"without labels", site("", "") + site("", "a: x"), []string{"cache/none", "cache/x"}, 0},
		{"without labels, beside a label like that", site("", "") + site("", "a: none"), []string{"cache/none-15e793a5", "cache/none-1be02420"}, 0},
		{"an empty label", site("", "") + site("", "a: ''"), nil, 2},
		{"the same", site("pilot", "site: a") + site("pilot", "site: a"), nil, 2},
		{"the same and another", sites + site("pilot", "site: a"), []string{"cache/b"}, 2},
		{"of two formats", site("pilot", "site: a") + ratio, []string{"cache/none", "cache/pilot/a"}, 0},
		{"of a format without namespaces", ratio + ratio, nil, 2},
		{"resources of Sloth", serviceLevel("name: a, namespace: one") + serviceLevel("name: a, namespace: two"), []string{"shop-ok/one", "shop-ok/two"}, 0},
		{"resources of Sloth in a namespace", serviceLevel("name: a, namespace: one") + serviceLevel("name: b, namespace: one"), []string{"shop-ok/a", "shop-ok/b"}, 0},
		{"the same resource of Sloth", serviceLevel("name: a") + serviceLevel("name: a"), nil, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			set := deftest.Read(test.documents)
			var ids []string
			for _, s := range set.SLOs {
				ids = append(ids, s.ID())
				if name, _, _ := strings.Cut(test.want[0], "/"); s.Name != name {
					t.Errorf("%s has the name %s", s.ID(), s.Name)
				}
			}
			slices.Sort(ids)
			if !slices.Equal(ids, test.want) || len(set.Problems) != test.refused {
				t.Errorf("got %v, want %v; problems %v", ids, test.want, set.Problems)
			}
		})
	}
}

// What an SLO is recorded and alerted under depends on its own document alone, and
// is its own.
func TestIdentityIsStable(t *testing.T) {
	long := strings.Repeat("x", 150)
	tests := []struct{ name, document, want string }{
		{"namespace", site("pilot", ""), "cache/pilot"},
		{"labels", site("", "site: a, app: b"), "cache/app=b,site=a"},
		{"both", site("pilot", "site: a"), "cache/pilot/site=a"},
		{"an empty label", site("other", "site: ''"), "cache/other"},
		{"what separates", site("", "a: 'x/y=1,2%'"), "cache/a=x%2Fy%3D1%2C2%25"},
		{"values that are alike together", site("", "a: x, b: 'y/z'"), "cache/a=x,b=y%2Fz"},
		{"the same under another label", site("", "a: x"), "cache/a=x"},
		{"the same under yet another label", site("", "b: x"), "cache/b=x"},
		{"as a namespace", site("x", ""), "cache/x"},
		{"too long", site("pilot", "a: "+long+", b: "+long), "cache/pilot/hash=27df79eb"},
		{"too long, with another end", site("pilot", "a: "+long+", b: "+long+"y"), "cache/pilot/hash=fac4a87a"},
		{"nothing", site("", ""), "cache"},
	}
	var all string
	for _, test := range tests {
		all += test.document
		if got := deftest.One(t, test.document).StableID(); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
	for i, s := range deftest.Read(all).SLOs {
		if s.StableID() != tests[i].want || s.ID() == s.Name {
			t.Errorf("%s: among others %s and %s, want %s", tests[i].name, s.StableID(), s.ID(), tests[i].want)
		}
	}
}

// Labels that an identity names are those that it was made of.
func TestIdentityIsReadBack(t *testing.T) {
	text := rapid.StringOfN(rapid.SampledFrom([]rune("ab/=,%2F5")), 0, 6, -1)
	rapid.Check(t, func(t *rapid.T) {
		labels := rapid.MapOfN(text, text, 0, 3).Draw(t, "labels")
		written := format.Draft{Identity: labels}.IdentityText()
		again := format.Draft{Identity: format.ParseIdentity(written)}.IdentityText()
		if again != written {
			t.Errorf("%v is written as %q, and again as %q", labels, written, again)
		}
	})
}

// What an SLO is selected by does not depend on where it is defined.
func TestIdentityWithoutOrder(t *testing.T) {
	one, other := site("", "a: 'x/y', b: z"), site("", "a: x, b: 'y/z'")
	forth, back := deftest.Read(one+other).SLOs, deftest.Read(other+one).SLOs
	if forth[0].ID() != back[1].ID() || forth[1].ID() != back[0].ID() {
		t.Errorf("%s, %s are %s, %s in the other order", forth[0].ID(), forth[1].ID(), back[1].ID(), back[0].ID())
	}
}

// A promise about one of several SLOs of a name says which.
func TestPromiseOfOneOfSeveral(t *testing.T) {
	promise := "apiVersion: promise.slo/v1\nkind: Promise\nmetadata: {name: p}\nspec: {slo: cache/b, owner: {team: web}}\n"
	set := deftest.Read(sites + promise)
	if len(set.Problems) > 0 || set.SLOs[0].Promise != nil || set.SLOs[1].Promise == nil {
		t.Errorf("problems %v", set.Problems)
	}
	set = deftest.Read(site("", "") + site("", "site: a") + strings.Replace(promise, "cache/b", "cache/none", 1))
	if len(set.Problems) > 0 || set.SLOs[0].Promise == nil || set.SLOs[1].Promise != nil {
		t.Errorf("problems %v", set.Problems)
	}
	set = deftest.Read(site("", "") + site("", "site: a") + strings.Replace(promise, "cache/b", "cache", 1))
	if len(set.Problems) > 0 || set.SLOs[0].Promise == nil || set.SLOs[1].Promise != nil {
		t.Errorf("the SLO that has no more than its name: problems %v", set.Problems)
	}
	set = deftest.Read(sites + strings.Replace(promise, "cache/b", "cache/pilot/site=b", 1))
	if len(set.Problems) > 0 || set.SLOs[0].Promise != nil || set.SLOs[1].Promise == nil {
		t.Errorf("the ID that stays: problems %v", set.Problems)
	}
	const want = `spec.slo: there are 2 SLOs named "cache"; write cache/a, or cache/b`
	set = deftest.Read(sites + strings.Replace(promise, "cache/b", "cache", 1))
	if len(set.Problems) != 1 || set.Problems[0].Severity != definition.Error || !strings.HasSuffix(set.Problems[0].Error(), want) {
		t.Errorf("problems %v", set.Problems)
	}
}
