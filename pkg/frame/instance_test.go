package frame

import (
	"maps"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Series of SLOs that share a name differ in a label, which an SLO that is alone
// lacks.
func TestLabelsOfOneName(t *testing.T) {
	alone := subject{slo: slo.SLO{Name: "cache"}}
	one, other := subject{slo: slo.SLO{Name: "cache", Instance: "a"}}, subject{slo: slo.SLO{Name: "cache", Instance: "b"}}
	if maps.Equal(one.labels(), other.labels()) || one.labels()["slo"] != "cache" || one.name() != "cache · a" {
		t.Errorf("labels %v and %v, name %s", one.labels(), other.labels(), one.name())
	}
	if _, labeled := alone.labels()[instanceLabel]; labeled {
		t.Errorf("labels %v", alone.labels())
	}
}
