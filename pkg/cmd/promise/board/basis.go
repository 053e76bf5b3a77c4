package board

import (
	"fmt"
	"math"

	"github.com/promise-slo/promise-slo-datasource/pkg/human"
)

// basis returns a sentence on how much history the chances of a miss rest on, empty if
// there is none.
func basis(rows []Row) string {
	least, most := math.MaxInt, 0
	for _, r := range rows {
		if r.HistoryDays != nil && r.MissChance != nil {
			days := int(math.Round(*r.HistoryDays))
			least, most = min(least, days), max(most, days)
		}
	}
	switch {
	case least > most:
		return ""
	case least == most:
		return fmt.Sprintf("Chances of a miss rest on %s of history.", human.Count(most, "day"))
	}
	return fmt.Sprintf("Chances of a miss rest on %d to %s of history.", least, human.Count(most, "day"))
}
