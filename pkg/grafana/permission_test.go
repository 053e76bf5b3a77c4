package grafana

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestSettling(t *testing.T) {
	who := rapid.Custom(func(t *rapid.T) subject {
		return rapid.SampledFrom([]subject{{Role: "Viewer"}, {Role: "Editor"}, {Role: "Admin"}, {TeamID: 1}, {TeamID: 2}, {UserID: 1}, {UserID: 2}}).Draw(t, "subject")
	})
	some := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) permission {
		return permission{subject: who.Draw(t, "who"), Level: rapid.SampledFrom(levels[1:]).Draw(t, "level")}
	}), 0, 7, func(p permission) subject { return p.subject })
	rapid.Check(t, func(t *rapid.T) {
		current, wanted := some.Draw(t, "current"), wantedPermissions(&team{ID: 1})
		keptUser := rapid.Int64Range(0, 2).Draw(t, "kept user")
		kept := func(p permission) bool { return keptUser == 0 || p.UserID == keptUser }
		after := settled(planChanges(current, wanted, kept))
		for _, p := range current {
			switch now := levelOf(after, p.subject); {
			case kept(p) && !now.atLeast(p.Level):
				t.Errorf("%+v had to be kept, and became %s", p, now)
			case !kept(p) && now != levelOf(wanted, p.subject):
				t.Errorf("%+v became %s", p, now)
			}
		}
		for _, p := range wanted {
			if now := levelOf(after, p.subject); !now.atLeast(p.Level) {
				t.Errorf("%+v was wanted, and is %s", p, now)
			}
		}
		if again := actualChanges(planChanges(after, wanted, kept)); len(again) > 0 {
			t.Errorf("when repeated, %v", again)
		}
	})
}

// settled is what is allowed after the changes.
func settled(all []change) []permission {
	var after []permission
	for _, c := range all {
		after = append(after, c.permission)
	}
	return slices.DeleteFunc(after, func(p permission) bool { return p.Level == none })
}
