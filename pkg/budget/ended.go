package budget

import (
	"fmt"
	"strings"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/human"
)

// SplitEnded splits entries into groups still reporting at now and groups that have
// ended, such as replaced pods, which must not raise an alarm. A group has ended if
// its last data is older than the newest of its siblings' by more than the no_data
// age less one step (25 minutes). If all groups are silent, the last ones count as
// reporting, without data. Groups whose gaps are bad never end. Groups that begin
// after now are in neither.
func SplitEnded(entries []Entry, now time.Time) (living, ended []Entry) {
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

// endedAge returns how far a living group's last data may lag behind its siblings'.
func endedAge(a Account) time.Duration { return maxDataAge(a) - stepOf(a) }

// objectiveKey identifies the objective that groups belong to.
type objectiveKey struct{ slo, objective string }

func (e Entry) key() objectiveKey { return objectiveKey{e.SLO.ID(), e.Objective.Name} }

// canEnd reports whether the entry is that of a group that is known to have had
// data at some times and not at others.
func (e Entry) canEnd() bool {
	return !e.Labels.IsEmpty() && e.Account != nil && e.Err == nil && !e.Terms().gapsAreBad()
}

// onlyBad reports whether a group that never had data has bad events by now: no
// series counts all of its events, which a reader must see.
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
