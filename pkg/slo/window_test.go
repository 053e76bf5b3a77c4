package slo

import (
	"errors"
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"
)

const clock = "2006-01-02 15:04:05"

func zone(t interface{ Fatal(...any) }, name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func at(t *testing.T, text string, loc *time.Location) time.Time {
	t.Helper()
	at, err := time.ParseInLocation(clock, text, loc)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestCalendarWindowAt(t *testing.T) {
	tests := []struct {
		name, period, anchor, zone, at, start, end string
		length                                     time.Duration
	}{
		{"month", "1M", "2024-01-01 00:00:00", "UTC", "2024-02-10 08:00:00", "2024-02-01 00:00:00", "2024-03-01 00:00:00", 29 * 24 * time.Hour},
		{"an end belongs to the window it ends", "1M", "2024-01-01 00:00:00", "UTC", "2024-02-01 00:00:00", "2024-01-01 00:00:00", "2024-02-01 00:00:00", 31 * 24 * time.Hour},
		{"before the anchor", "1M", "2024-01-01 00:00:00", "UTC", "2023-11-30 23:00:00", "2023-11-01 00:00:00", "2023-12-01 00:00:00", 30 * 24 * time.Hour},
		{"anchor on the 31st, short month", "1M", "2023-01-31 00:00:00", "UTC", "2023-03-01 00:00:00", "2023-02-28 00:00:00", "2023-03-31 00:00:00", 31 * 24 * time.Hour},
		{"anchor on the 31st, leap year", "1M", "2023-01-31 00:00:00", "UTC", "2024-02-29 12:00:00", "2024-02-29 00:00:00", "2024-03-31 00:00:00", 31 * 24 * time.Hour},
		{"year from a leap day", "1Y", "2024-02-29 00:00:00", "UTC", "2025-06-01 00:00:00", "2025-02-28 00:00:00", "2026-02-28 00:00:00", 365 * 24 * time.Hour},
		{"year to a leap day", "1Y", "2024-02-29 00:00:00", "UTC", "2027-06-01 00:00:00", "2027-02-28 00:00:00", "2028-02-29 00:00:00", 366 * 24 * time.Hour},
		{"quarter", "1Q", "2024-01-01 00:00:00", "UTC", "2024-05-05 00:00:00", "2024-04-01 00:00:00", "2024-07-01 00:00:00", 91 * 24 * time.Hour},
		{"quarter from the 30th of November", "1Q", "2023-11-30 00:00:00", "UTC", "2024-03-01 00:00:00", "2024-02-29 00:00:00", "2024-05-30 00:00:00", 91 * 24 * time.Hour},
		{"two months", "2M", "2024-01-01 00:00:00", "UTC", "2024-04-30 00:00:00", "2024-03-01 00:00:00", "2024-05-01 00:00:00", 61 * 24 * time.Hour},
		{"day of 23 hours", "1d", "2024-01-01 00:00:00", "Europe/Paris", "2024-03-31 12:00:00", "2024-03-31 00:00:00", "2024-04-01 00:00:00", 23 * time.Hour},
		{"day of 25 hours", "1d", "2024-01-01 00:00:00", "Europe/Paris", "2024-10-27 12:00:00", "2024-10-27 00:00:00", "2024-10-28 00:00:00", 25 * time.Hour},
		{"week across daylight saving", "1w", "2024-01-01 00:00:00", "America/New_York", "2024-03-10 12:00:00", "2024-03-04 00:00:00", "2024-03-11 00:00:00", 167 * time.Hour},
		{"month keeps the time of day", "1M", "2022-01-01 12:00:00", "America/New_York", "2022-03-20 00:00:00", "2022-03-01 12:00:00", "2022-04-01 12:00:00", 743 * time.Hour},
		{"daylight saving begins on the first of the month", "1M", "2023-08-15 00:00:00", "America/Asuncion", "2023-10-10 00:00:00", "2023-09-15 00:00:00", "2023-10-15 00:00:00", 719 * time.Hour},
		{"half-hour zone", "1d", "2024-01-01 00:00:00", "Asia/Kolkata", "2024-01-05 01:00:00", "2024-01-05 00:00:00", "2024-01-06 00:00:00", 24 * time.Hour},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			loc := zone(t, test.zone)
			period, err := ParsePeriod(test.period)
			if err != nil {
				t.Fatal(err)
			}
			w := Window{Period: period, Calendar: true, Anchor: at(t, test.anchor, loc)}
			start, end := w.At(at(t, test.at, loc))
			if got := start.In(loc).Format(clock); got != test.start {
				t.Errorf("start %s, want %s", got, test.start)
			}
			if got := end.In(loc).Format(clock); got != test.end {
				t.Errorf("end %s, want %s", got, test.end)
			}
			if got := end.Sub(start); got != test.length {
				t.Errorf("length %s, want %s", got, test.length)
			}
		})
	}
}

func TestRollingWindowAt(t *testing.T) {
	paris := zone(t, "Europe/Paris")
	now := at(t, "2024-04-02 00:00:00", paris)
	tests := []struct {
		period string
		length time.Duration
	}{
		{"90m", 90 * time.Minute},
		{"6h", 6 * time.Hour},
		{"7d", 168 * time.Hour},
		{"4w", 4 * 168 * time.Hour},
		{"1M", 31 * 24 * time.Hour}, // from 1 March 22:00 to 1 April 22:00 UTC
		{"1Q", 91 * 24 * time.Hour},
		{"1Y", 366 * 24 * time.Hour},
	}
	for _, test := range tests {
		period, err := ParsePeriod(test.period)
		if err != nil {
			t.Fatal(err)
		}
		start, end := Window{Period: period}.At(now)
		if !end.Equal(now) || end.Sub(start) != test.length {
			t.Errorf("%s: (%s, %s], %s long; want %s", test.period, start, end, end.Sub(start), test.length)
		}
	}
}

// zones have whole, half and quarter hours, changes at midnight and on the
// first of a month, and a day that was left out (Apia, 30 December 2011).
var zones = []string{"UTC", "Europe/Paris", "America/New_York", "America/Asuncion", "Australia/Lord_Howe",
	"Asia/Kathmandu", "Africa/Cairo", "Pacific/Apia", "America/Sao_Paulo"}

func drawWindow(t *rapid.T) Window {
	loc := zone(t, rapid.SampledFrom(zones).Draw(t, "zone"))
	return Window{
		Period: Period{
			Count: rapid.IntRange(1, 6).Draw(t, "count"),
			Unit:  rapid.SampledFrom([]Unit{Day, Week, Month, Quarter, Year}).Draw(t, "unit"),
		},
		Calendar: rapid.Bool().Draw(t, "calendar"),
		Anchor:   drawTime(t, "anchor").In(loc),
	}
}

func drawTime(t *rapid.T, label string) time.Time {
	const first, last = 100_000_000, 2_500_000_000 // 1973 to 2049
	return time.Unix(rapid.Int64Range(first, last).Draw(t, label), 0)
}

func TestWindowsTileTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, now := drawWindow(t), drawTime(t, "now")
		start, end := w.At(now)
		if !start.Before(now) || end.Before(now) {
			t.Fatalf("%s: (%s, %s] does not contain %s", w, start, end, now)
		}
		if _, again := w.At(end); !again.Equal(end) {
			t.Fatalf("%s: the window at its end %s ends at %s", w, end, again)
		}
		previous, touch := w.Before(start)
		if !touch.Equal(start) || !previous.Before(start) {
			t.Fatalf("%s: (%s, %s] precedes %s", w, previous, touch, start)
		}
	})
}

func TestCalendarWindowIsTheSameAllThrough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWindow(t)
		w.Calendar = true
		start, end := w.At(drawTime(t, "now"))
		inside := start.Add(time.Duration(rapid.Int64Range(1, int64(end.Sub(start))).Draw(t, "inside")))
		if s, e := w.At(inside); !s.Equal(start) || !e.Equal(end) {
			t.Fatalf("%s: (%s, %s] at %s, (%s, %s] before", w, s, e, inside, start, end)
		}
	})
}

func TestWindowDoesNotDependOnWhichStartIsTheAnchor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, now := drawWindow(t), drawTime(t, "now")
		w.Calendar = true
		w.Anchor = time.Date(2020, time.January, 1, 0, 0, 0, 0, time.UTC)
		moved := w
		moved.Anchor = w.Period.Add(w.Anchor, rapid.IntRange(-40, 40).Draw(t, "moved"))
		start, end := w.At(now)
		if s, e := moved.At(now); !s.Equal(start) || !e.Equal(end) {
			t.Fatalf("%s: (%s, %s], from %s (%s, %s]", w, start, end, moved.Anchor, s, e)
		}
	})
}

func TestParsePeriod(t *testing.T) {
	for _, text := range []string{"1m", "12h", "28d", "4w", "1M", "1Q", "1Y", "365d"} {
		p, err := ParsePeriod(text)
		if err != nil || p.String() != text {
			t.Errorf("ParsePeriod(%q) = %s, %v", text, p, err)
		}
	}
	for _, text := range []string{"", "d", "1", "1D", "1.5d", "-1d", "+1d", "0d", " 1d", "1 d", "1dd", "1é", "11Y", "99999999999999999999d", "2147483647m", "1h30m"} {
		_, err := ParsePeriod(text)
		if invalid := (*Invalid)(nil); !errors.As(err, &invalid) || invalid.Hint == "" {
			t.Errorf("ParsePeriod(%q): %v is not an *Invalid that says how to fix it", text, err)
		}
	}
}

func FuzzParsePeriod(f *testing.F) {
	for _, text := range []string{"28d", "1Q", "", "999999999999M"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParsePeriod(text)
		if err != nil {
			return
		}
		again, err := ParsePeriod(p.String())
		if err != nil || again != p {
			t.Errorf("%q: %v became %v, %v", text, p, again, err)
		}
		if start, end := (Window{Period: p}).At(time.Unix(1_700_000_000, 0)); !start.Before(end) {
			t.Errorf("%q: (%s, %s]", text, start, end)
		}
	})
}

func TestWindowString(t *testing.T) {
	month := Period{1, Month}
	calendar := Window{Period: month, Calendar: true, Anchor: time.Date(2024, 1, 1, 0, 0, 0, 0, zone(t, "Europe/Paris"))}
	for want, w := range map[string]Window{"1M rolling": {Period: month}, "1M calendar (Europe/Paris)": calendar} {
		if got := w.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
