package story

import (
	_ "embed"
	"strings"
	"text/template"
	"time"
)

//go:embed reviews.yaml.tmpl
var reviewsText string

var reviewsTemplate = template.Must(template.New("reviews").Parse(reviewsText))

// reviewDates holds the dates that the reviews refer to.
type reviewDates struct {
	// The quarter that the ledger missed, when that was reviewed, by when the change is
	// due, and since when it is in place, empty until then.
	Quarter, Held, Due, Done string
	// The week that the checkout missed, and the Monday after it.
	Week, Monday string
	// Bounds of the override.
	From, To string
}

// Reviews returns what people wrote down after misses as seen from now, and an override
// that is in force: documents beside the definitions.
func Reviews(now time.Time) string {
	// Half a day later it is the same quarter wherever a window's days begin.
	now = now.UTC().Add(-12 * time.Hour)
	quarter := previousQuarter(now)
	next := quarter.AddDate(0, 3, 0)
	d := reviewDates{
		Quarter: quarter.Format(time.DateOnly), Held: earlier(next.AddDate(0, 0, 4), now).Format(time.DateOnly), Due: next.AddDate(0, 0, 20).Format(time.DateOnly),
		From: now.Format(time.RFC3339), To: now.Add(3 * day).Format(time.RFC3339),
	}
	if done := next.AddDate(0, 0, 16); done.Before(now) {
		d.Done = done.Format(time.DateOnly)
	}
	outage := daysAgo(now.Add(12*time.Hour), 9, 0)
	monday := outage.AddDate(0, 0, -(int(outage.Weekday())+6)%7)
	d.Week, d.Monday = monday.Format(time.DateOnly), monday.AddDate(0, 0, 7).Format(time.DateOnly)
	var b strings.Builder
	if err := reviewsTemplate.Execute(&b, d); err != nil {
		panic(err) // the template is a constant, and valid
	}
	return b.String()
}
