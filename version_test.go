package promise_test

import (
	"testing"

	"golang.org/x/mod/semver"

	promise "github.com/promise-slo/promise-slo-datasource"
)

func TestVersion(t *testing.T) {
	if v := promise.Version(); !semver.IsValid("v" + v) {
		t.Errorf("package.json has the version %q, which is no semantic version", v)
	}
}
