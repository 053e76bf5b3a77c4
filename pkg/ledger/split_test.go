package ledger

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestSplitBySource(t *testing.T) {
	// Steps of 100 whose records end 5, or 7, before they do.
	five := func(i int64) recordedSpan { return recordedSpan{100*i - 5, 100*i + 95} }
	seven := func(i int64) recordedSpan { return recordedSpan{100*i - 7, 100*i + 93} }
	none := recordedSpan{}
	tests := []struct {
		name         string
		steps        []recordedSpan
		after, until int64
		want         []window
	}{
		{"no records", []recordedSpan{none, none}, unbounded, unbounded, []window{{0, 200, 0, 200}}},
		{"all records", []recordedSpan{five(0), five(1)}, unbounded, unbounded, []window{{0, 200, -5, 195}}},
		{"records begin", []recordedSpan{none, five(1), five(2)}, unbounded, unbounded, []window{{0, 100, 0, 95}, {100, 300, 95, 295}}},
		{"records end", []recordedSpan{five(0), five(1), none}, unbounded, unbounded, []window{{0, 200, -5, 195}, {200, 300, 195, 300}}},
		{"records begin that meet nothing", []recordedSpan{five(0), five(1)}, 0, unbounded, []window{{0, 100, 0, 95}, {100, 200, 95, 195}}},
		{"records that go on", []recordedSpan{five(0), five(1)}, -5, unbounded, []window{{0, 200, -5, 195}}},
		{"records end that meet nothing", []recordedSpan{five(0), five(1)}, unbounded, 200, []window{{0, 100, -5, 95}, {100, 200, 95, 200}}},
		{"the ruler has another minute", []recordedSpan{five(0), seven(1), seven(2)}, unbounded, unbounded,
			[]window{{0, 100, -5, 95}, {100, 200, 95, 193}, {200, 300, 193, 293}}},
		{"a few records", []recordedSpan{none, five(1), none}, unbounded, unbounded, []window{{0, 300, 0, 300}}},
		{"nothing", nil, unbounded, unbounded, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := windows(test.steps, test.after, test.until); !slices.Equal(got, test.want) {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}

func windows(steps []recordedSpan, after, until int64) (all []window) {
	of := window{0, int64(len(steps)) * 100, after, until}
	for _, s := range splitBySource(steps, of, 2) {
		all = append(all, s.window(steps, of, 100))
	}
	return all
}

// Whatever is recorded, each step is filled once, and the events of each time
// count once.
func TestPartsMeet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := make([]recordedSpan, rapid.IntRange(1, 40).Draw(t, "steps"))
		for i := range steps {
			if before := rapid.SampledFrom([]int64{-1, 0, 5, 5, 5, 7}).Draw(t, "before"); before >= 0 {
				steps[i] = recordedSpan{int64(i)*100 - before, int64(i+1)*100 - before}
			}
		}
		end := int64(len(steps)) * 100
		after := rapid.SampledFrom([]int64{unbounded, 0, -5}).Draw(t, "after")
		until := rapid.SampledFrom([]int64{unbounded, end, end - 5}).Draw(t, "until")
		all := windows(steps, after, until)
		for i, w := range all[1:] {
			if all[i].last != w.first || all[i].until != w.after {
				t.Fatalf("%v is followed by %v", all[i], w)
			}
		}
		first, last := all[0], all[len(all)-1]
		if first.first != 0 || last.last != end || after != unbounded && first.after != after || until != unbounded && last.until != until {
			t.Fatalf("from %v to %v", first, last)
		}
	})
}
