package promql

import "testing"

func TestFingerprint(t *testing.T) {
	plan, err := Compile(bad(errorRate, totalRate))
	if err != nil {
		t.Fatal(err)
	}
	// Records of years are found by it: it must never change.
	if got, want := plan.Fingerprint(), "08b1baab1ff9e5ed"; got != want {
		t.Errorf("%s, not %s", got, want)
	}
	grouped, err := plan.With([]string{"handler"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if grouped.Fingerprint() == plan.Fingerprint() {
		t.Error("groups do not change the fingerprint")
	}
}
