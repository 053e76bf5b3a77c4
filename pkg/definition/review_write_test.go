package definition_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/deftest"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// drawReviews adds reviews of different misses, and overrides, to an SLO.
func drawReviews(t *rapid.T, s *slo.SLO) {
	at := time.Unix(1e9, 0).In(zoneOf(s.Window))
	for range rapid.IntRange(0, 2).Draw(t, "reviews") {
		at = at.AddDate(0, 0, rapid.IntRange(400, 800).Draw(t, "days"))
		s.Reviews = append(s.Reviews, drawReview(t, *s, at))
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "overrides") {
		from := at.Add(time.Duration(i)*time.Hour + time.Duration(rapid.Int64Range(0, 1e12).Draw(t, "from")))
		s.Overrides = append(s.Overrides, slo.Override{
			Name: fmt.Sprintf("o%d", i), Actions: rapid.SampledFrom([][]string{{"deploy"}, {"deploy", "migration"}}).Draw(t, "actions"),
			From: from, To: from.Add(time.Duration(rapid.Int64Range(1, 1e15).Draw(t, "length"))),
			Reason: nonBlank().Draw(t, "reason"), ApprovedBy: []string{"Ada", nonBlank().Draw(t, "name")},
		})
	}
	slices.SortStableFunc(s.Overrides, func(a, b slo.Override) int { return a.From.Compare(b.From) })
}

func drawReview(t *rapid.T, s slo.SLO, at time.Time) slo.Review {
	answer := func() slo.Answer {
		return slo.Answer{Verdict: slo.Verdict(rapid.SampledFrom(slo.Verdicts()).Draw(t, "verdict")), Note: nonBlank().Draw(t, "note")}
	}
	later := func() time.Time { return at.AddDate(1, 0, rapid.IntRange(0, 99).Draw(t, "later")) }
	r := slo.Review{
		Name: fmt.Sprintf("R%d", at.Unix()), Objective: rapid.SampledFrom(s.Objectives).Draw(t, "objective").Name, Miss: slo.MissID{Start: at},
		Answers: slo.Answers{Target: answer(), Dependencies: answer(), Cadence: answer(), Detection: answer()},
		Learned: nonBlank().Draw(t, "learned"), Report: rapid.SampledFrom([]string{"", "https://example.com/report"}).Draw(t, "report"),
	}
	if s.Window.Calendar {
		r.Miss.Start, r.Miss.End = s.Window.At(at)
	}
	r.Held = later()
	r.Change = &slo.Change{
		Kind: slo.ChangeKind(rapid.SampledFrom(slo.ChangeKinds()).Draw(t, "kind")), What: nonBlank().Draw(t, "what"), Owner: nonBlank().Draw(t, "owner"), Due: midnight(later()),
	}
	if rapid.Bool().Draw(t, "done") {
		r.Change.Done, r.Change.Evidence = later(), nonBlank().Draw(t, "evidence")
	}
	return r
}

// midnight returns the start of a time's day.
func midnight(t time.Time) time.Time {
	year, month, day := t.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, t.Location())
}

// An override of a service is written once, and read by all SLOs of the service.
func TestOverridesOfServicesAreWrittenOnce(t *testing.T) {
	override := deftest.Change(t, deftest.Override, "slo: checkout", "service: shop")
	files := []definition.File{deftest.File("o.yaml", override)}
	for i := range 3 {
		files = append(files, deftest.File(fmt.Sprintf("%d.yaml", i), deftest.NumberedSLO(i)))
	}
	set := definition.Read(files...)
	for _, s := range set.SLOs {
		if len(s.Overrides) != 1 {
			t.Fatalf("%s has %d overrides: %v", s.Name, len(s.Overrides), set.Problems)
		}
	}
	written, err := definition.WriteOpenSLO(set)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(join(written), "kind: Override"); n != 1 {
		t.Errorf("%d overrides are written", n)
	}
	if d := difference(set, again(t, set)); d != "" {
		t.Error(d)
	}
}
