package frame

import (
	"maps"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Series of SLOs that share a name differ in a label, which is the same when an SLO
// is alone.
func TestLabelsOfOneName(t *testing.T) {
	alone, nameless := subject{slo: slo.SLO{Name: "cache", Identity: "site=a"}}, subject{slo: slo.SLO{Name: "cache"}}
	one, other := subject{slo: slo.SLO{Name: "cache", Instance: "a", Identity: "site=a"}}, subject{slo: slo.SLO{Name: "cache", Instance: "b", Identity: "site=b"}}
	if maps.Equal(one.labels(), other.labels()) || one.labels()["slo"] != "cache" || one.name() != "cache · a" {
		t.Errorf("labels %v and %v, name %s", one.labels(), other.labels(), one.name())
	}
	if !maps.Equal(alone.labels(), one.labels()) || alone.name() != "cache" {
		t.Errorf("labels %v, name %s", alone.labels(), alone.name())
	}
	if _, labeled := nameless.labels()[instanceLabel]; labeled {
		t.Errorf("labels %v", nameless.labels())
	}
}
