package report

import (
	"fmt"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
)

// chart describes the course of a budget as a drawing: what was left at the end of each
// day as a line, and what each day took as bars below it.
type chart struct {
	// ID is unique on the page.
	ID string
	// Title and Description say what is to be seen.
	Title, Description string
	Width, Height      int
	// Line contains the points of what was left, and Zero the height at which nothing
	// was.
	Line  string
	Zero  string
	Bars  []bar
	Marks []mark
}

// bar draws what a day took; Empty marks a day without data.
type bar struct {
	X, Y, Width, Height string
	Empty               bool
}

// mark is a text beside the drawing.
type mark struct {
	X, Y   string
	Anchor string
	Text   string
}

// Sizes of a chart in its own units.
const (
	chartWidth  = 640
	chartHeight = 190
	// leftEdge leaves room for the texts beside the line.
	leftEdge  = 58
	rightEdge = 632
	// The line is drawn between lineTop and lineBottom, the bars between barTop and
	// barBottom.
	lineTop    = 12
	lineBottom = 104
	barTop     = 118
	barBottom  = 166
	textBase   = 184
)

// minDays is how many days a chart has at least.
const minDays = 3

// deepest is the share of the budget below zero down to which a line is drawn.
const deepest = -2

// newChart returns the chart of a budget's course, nil where there are too few days for
// one or nothing is known.
func newChart(c Course) *chart {
	if len(c.Days) < minDays || !c.Days[len(c.Days)-1].Remaining.OK() {
		return nil
	}
	s := newScale(c.Days)
	drawn := &chart{Title: "The error budget, day by day", Width: chartWidth, Height: chartHeight, Zero: number(s.left(0))}
	points := []string{point(leftEdge, s.left(1))}
	for i, d := range c.Days {
		points = append(points, point(s.x(i+1), s.left(d.Remaining.Or(0))))
		drawn.Bars = append(drawn.Bars, s.bar(i, d))
	}
	drawn.Line = strings.Join(points, " ")
	drawn.Description = describe(c)
	first, last := c.Days[0].Start.In(c.Zone), c.Days[len(c.Days)-1].End.In(c.Zone).Add(-1)
	drawn.Marks = []mark{
		{number(leftEdge - 6), number(s.left(1) + 4), "end", "100 %"},
		{number(leftEdge - 6), number(s.left(0) + 4), "end", "0 %"},
		{number(leftEdge - 6), number(barTop + 10), "end", "a day"},
		{number(leftEdge), number(textBase), "start", date(first)},
		{number(rightEdge), number(textBase), "end", date(last)},
	}
	return drawn
}

// scale says where days and shares are drawn.
type scale struct {
	days          int
	lowest, worst float64
}

func newScale(days []budget.Day) scale {
	s := scale{days: len(days), lowest: 0, worst: 0}
	for _, d := range days {
		s.lowest = min(s.lowest, max(d.Remaining.Or(0), deepest))
		s.worst = max(s.worst, d.Consumed.Or(0))
	}
	return s
}

// x returns where the n-th day ends.
func (s scale) x(n int) float64 {
	return leftEdge + float64(n)/float64(s.days)*(rightEdge-leftEdge)
}

// left returns the height of a share of the budget that is left.
func (s scale) left(share float64) float64 {
	return lineTop + (1-max(share, s.lowest))/(1-s.lowest)*(lineBottom-lineTop)
}

func (s scale) bar(i int, d budget.Day) bar {
	consumed, known := d.Consumed.Get()
	height := 0.
	if s.worst > 0 {
		height = consumed / s.worst * (barBottom - barTop)
	}
	if !known {
		height = barBottom - barTop
	}
	const gap = 0.15
	width := s.x(i+1) - s.x(i)
	return bar{number(s.x(i) + gap/2*width), number(barBottom - height), number((1 - gap) * width), number(height), !known}
}

// describe returns in words what a chart shows.
func describe(c Course) string {
	worst, gone, silent := 0, -1, 0
	for i, d := range c.Days {
		if d.Consumed.Or(0) > c.Days[worst].Consumed.Or(0) {
			worst = i
		}
		if gone < 0 && d.Remaining.Or(0) <= 0 {
			gone = i
		}
		if !d.Consumed.OK() {
			silent++
		}
	}
	day := func(i int) string { return date(c.Days[i].Start.In(c.Zone)) }
	text := fmt.Sprintf("%s took the most, %s of the budget.", day(worst), human.ConsumedBudget(c.Days[worst].Consumed.Or(0)))
	if gone >= 0 && !c.Rolling {
		text += fmt.Sprintf(" Nothing was left from %s.", day(gone))
	}
	if left := c.Days[len(c.Days)-1].Remaining.Or(0); left < 0 {
		text += fmt.Sprintf(" In the end it was overspent by %s.", human.ConsumedBudget(-left))
	} else {
		text += fmt.Sprintf(" In the end %s was left.", human.RemainingBudget(left))
	}
	if silent > 0 {
		text += fmt.Sprintf(" Nothing is known of %s.", human.Count(silent, "day"))
	}
	return text
}

func number(v float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0") }

func point(x, y float64) string { return number(x) + "," + number(y) }
