package budgettest_test

import (
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func TestDetection(t *testing.T) {
	for name, tt := range map[string]struct {
		condition        slo.BurnCondition
		burn             float64
		detection, reset time.Duration
	}{
		"a total outage at 99.9 %": {slo.DefaultBurnConditions()[0].AtWindow(30 * 24 * time.Hour), 1000, 51840 * time.Millisecond, 295680 * time.Millisecond},
		"a hundredth of it":        {slo.DefaultBurnConditions()[1].AtWindow(30 * 24 * time.Hour), 10, 216 * time.Minute, 12 * time.Minute},
		"a leak of twice the pace": {slo.DefaultBurnConditions()[3].AtWindow(30 * 24 * time.Hour), 2, 36 * time.Hour, 3 * time.Hour},
		"at the burn rate":         {slo.DefaultBurnConditions()[0].AtWindow(30 * 24 * time.Hour), 14.4, -1, -1},
		"below the burn rate":      {slo.DefaultBurnConditions()[0].AtWindow(30 * 24 * time.Hour), 10, -1, -1},
		"nothing at all":           {slo.DefaultBurnConditions()[0].AtWindow(30 * 24 * time.Hour), 0, -1, -1},
	} {
		t.Run(name, func(t *testing.T) {
			detection, fires := budgettest.DetectionTime(tt.condition, tt.burn)
			reset, ends := budgettest.ResetTime(tt.condition, tt.burn)
			if fires != (tt.detection >= 0) || ends != fires || fires && (detection != tt.detection || reset != tt.reset) {
				t.Errorf("detection time %v, %v, reset time %v, %v, want %v and %v", detection, fires, reset, ends, tt.detection, tt.reset)
			}
		})
	}
}
