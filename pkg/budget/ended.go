package budget

import (
	"fmt"
	"strings"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/human"
)

// Living returns the entries without those of groups that have ended by a time, and
// these. A group has ended if its last data is older than the newest of the other
// groups of its SLO and objective by more than a step less than what makes the
// state no_data, 25 minutes: a pod that is gone, which shall be no alarm. Where all
// groups are silent nobody knows, and the last ones live on without data. Groups
// whose gaps are bad never end. Groups that begin later are in neither.
func Living(entries []Entry, now time.Time) (living, ended []Entry) {
	newest := map[objectiveKey]time.Time{}
	last := make([]time.Time, len(entries))
	for i, e := range entries {
		if !e.canEnd() {
			continue
		}
		first, filled := e.Account.Span()
		last[i] = lastData(e.Account, first, earlier(filled, now))
		newest[e.key()] = later(newest[e.key()], last[i])
	}
	for i, e := range entries {
		switch {
		case !e.canEnd() || newest[e.key()].Sub(last[i]) <= endedAge(e.Account) || e.onlyBad(last[i], now):
			living = append(living, e)
		case !e.Account.Since().After(now):
			ended = append(ended, e)
		}
	}
	return living, ended
}

// endedAge returns how much older than that of others a group's last data is at
// most, while it lives.
func endedAge(a Account) time.Duration { return maxDataAge(a) - stepOf(a) }

// objectiveKey identifies the objective that groups belong to.
type objectiveKey struct{ slo, objective string }

func (e Entry) key() objectiveKey { return objectiveKey{e.SLO.Name, e.Objective.Name} }

// canEnd reports whether the entry is that of a group of which it is known when it
// had data.
func (e Entry) canEnd() bool {
	return !e.Labels.IsEmpty() && e.Account != nil && e.Err == nil && !e.Terms().gapsAreBad()
}

// onlyBad reports whether a group that never had data has bad events by now all the
// same: no series counts all of its events, which a reader must see.
func (e Entry) onlyBad(last, now time.Time) bool {
	from, to := e.Account.Span()
	return last.IsZero() && read(e.Account, from, earlier(to, now)).Bad > 0
}

// maxEnded limits how many groups a notice names.
const maxEnded = 5

// EndedNotice returns a sentence about groups that have ended and are left out,
// empty if there are none.
func EndedNotice(ended []Entry) string {
	if len(ended) == 0 {
		return ""
	}
	names := make([]string, len(ended))
	for i, e := range ended {
		names[i] = e.groupName()
	}
	verb := "have ended and are"
	if len(ended) == 1 {
		verb = "has ended and is"
	}
	return fmt.Sprintf("%s %s left out: %s", human.Count(len(ended), "group"), verb, human.List(names, maxEnded))
}

// groupName returns the values of the group's labels.
func (e Entry) groupName() string {
	var values []string
	e.Labels.Range(func(l labels.Label) { values = append(values, l.Value) })
	return strings.Join(values, " · ")
}
