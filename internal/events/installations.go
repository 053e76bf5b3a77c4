package events

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/prometheus/prometheus/model/labels"
)

// Installations returns setups that people run and that make it hard to count
// events, for 31 days up to end. Their metrics are installed0_total,
// installed1_total and so on.
func Installations(end time.Time, seed uint64) []Installation {
	b := &installer{start: end.Add(-31 * day), end: end, seed: seed, random: rand.New(rand.NewPCG(seed, 0))}
	b.clusters()
	b.servers()
	b.stamps()
	b.anonymous()
	b.newSeries()
	b.absences()
	b.wrongValues()
	b.pods()
	b.irregular()
	b.labelChanges()
	return b.all
}

// installer collects installations.
type installer struct {
	start, end time.Time
	seed       uint64
	random     *rand.Rand
	all        []Installation
}

// add adds an installation of the targets. Change may be nil.
func (b *installer) add(name string, targets []Target, change func(*Installation)) {
	i := Installation{
		Name: name, Metric: fmt.Sprintf("installed%d_total", len(b.all)), Seed: b.seed + uint64(len(b.all))<<32,
		Start: b.start, End: b.end,
	}
	for _, t := range targets {
		t.Labels = labels.NewBuilder(t.Labels).Set("__name__", i.Metric).Labels()
		i.Targets = append(i.Targets, t)
	}
	if change != nil {
		change(&i)
	}
	b.all = append(b.all, i)
}

// target returns a process with good and bad events that is scraped every minute.
func (b *installer) target(instance string, change func(*Target)) Target {
	t := Target{
		Labels:   labels.FromStrings("job", "shop", "instance", instance),
		Counters: []Counter{counter("200", 0.2), counter("500", 0.005)},
		From:     b.start, To: b.end,
		Scraping: Scraping{Interval: time.Minute, Phase: b.within(time.Minute), Jitter: 5 * time.Millisecond},
	}
	t.Counters[0].Already = 20_000
	if change != nil {
		change(&t)
	}
	return t
}

func counter(code string, rate float64, more ...string) Counter {
	return Counter{Labels: labels.FromStrings(append(more, "code", code)...), Rate: rate}
}

func with(t Target, name, value string) Target {
	t.Labels = labels.NewBuilder(t.Labels).Set(name, value).Labels()
	return t
}

// within returns a random time from 0 to less than d.
func (b *installer) within(d time.Duration) time.Duration {
	return time.Duration(b.random.Int64N(d.Milliseconds())) * time.Millisecond
}

// ago returns a time before the end, give or take an hour.
func (b *installer) ago(d time.Duration) time.Time {
	return b.end.Add(-d).Add(b.within(2*time.Hour) - time.Hour)
}

func restarting(t *Target) { t.Restarts.Every = 5 * time.Hour }

// One job and instance in two clusters.
func (b *installer) clusters() {
	for _, label := range []string{"cluster", "tenant", "region", "cell"} {
		var both []Target
		for _, value := range []string{"a", "b"} {
			for _, instance := range []string{"10.0.0.1:8080", "10.0.0.2:8080"} {
				both = append(both, with(b.target(instance, restarting), label, value))
			}
		}
		b.add("two of label "+label+", restarts in both", both, func(i *Installation) { i.By = label })
	}
	b.add("two clusters, restarts in one", b.twoClusters(nil, restarting), byCluster)
	aligned := func(every time.Duration) func(*Target) {
		return func(t *Target) {
			t.Restarts.Every = every
			t.Scraping.Phase, t.Scraping.Jitter = 17*time.Second, 0
		}
	}
	b.add("two clusters, aligned, restarts in one", b.twoClusters(aligned(0), aligned(5*time.Hour)), byCluster)
	b.add("two clusters, aligned, restarts in both", b.twoClusters(aligned(7*time.Hour), aligned(5*time.Hour)), byCluster)
	b.add("two clusters, scraped every 60 s and 30 s", b.twoClusters(restarting, func(t *Target) {
		t.Scraping.Interval, t.Restarts.Every = 30*time.Second, 7*time.Hour
	}), byCluster)
	b.add("two clusters, one of them ends", b.twoClusters(restarting, func(t *Target) { t.To = b.ago(2 * day) }), byCluster)
	b.add("an exporter of three processes, restarts in two", []Target{
		with(b.target("exporter:9102", aligned(0)), "pod", "a"),
		with(b.target("exporter:9102", aligned(7*time.Hour)), "pod", "b"),
		with(b.target("exporter:9102", aligned(5*time.Hour)), "pod", "c"),
	}, func(i *Installation) { i.By = "pod" })
}

func byCluster(i *Installation) { i.By = "cluster" }

func (b *installer) twoClusters(one, other func(*Target)) []Target {
	return []Target{
		with(b.target("10.0.0.1:8080", one), "cluster", "a"),
		with(b.target("10.0.0.1:8080", other), "cluster", "b"),
	}
}

// Two servers, and a store that has the data of both.
func (b *installer) servers() {
	at := func(path string, every time.Duration) Target {
		return b.target("localhost:8080", func(t *Target) {
			t.Restarts.Every = every
			t.Counters = []Counter{counter("200", 0.2, "path", path), counter("500", 0.005, "path", path)}
		})
	}
	b.add("two servers, only paths differ, restarts in one", []Target{at("/a", 0), at("/b", 5*time.Hour)}, nil)
	b.add("two servers, only paths differ, restarts in both", []Target{at("/a", 7*time.Hour), at("/b", 5*time.Hour)}, nil)
	b.add("replicas, restarts", b.replicas(5*time.Hour), nil)
	b.add("replicas, crash loops of 40 min", b.replicas(40*time.Minute), nil)
	var both []Target
	for _, cluster := range []string{"a", "b"} {
		for _, t := range b.replicas(5 * time.Hour)[:2] {
			both = append(both, with(t, "cluster", cluster))
		}
	}
	b.add("replicas in two clusters, restarts", both, byCluster)
}

// replicas returns targets that two servers scrape, both with gaps.
func (b *installer) replicas(every time.Duration) []Target {
	var all []Target
	gaps := [2][]Gap{b.gaps(day, 10*time.Minute), b.gaps(day, 10*time.Minute)}
	for n := range 3 {
		all = append(all, b.target(fmt.Sprintf("10.0.0.%d:8080", n), func(t *Target) {
			t.Restarts.Every = every
			second := t.Scraping
			second.Phase = b.within(time.Minute)
			t.Scraping.Gaps, second.Gaps = gaps[0], gaps[1]
			t.Scraping.Missed, second.Missed = 0.001, 0.001
			t.Replica = &second
		}))
	}
	return all
}

// gaps returns times in which a server is down, about one in every such period.
func (b *installer) gaps(every, length time.Duration) []Gap {
	var all []Gap
	for at := b.start.Add(every); at.Before(b.end.Add(-every)); at = at.Add(every) {
		from := at.Add(b.within(every / 2))
		all = append(all, Gap{From: from, To: from.Add(length), Server: true})
	}
	return all
}

// Time stamps that are not those of the scrape.
func (b *installer) stamps() {
	four := func(every time.Duration, change func(*Scraping)) []Target {
		var all []Target
		for _, instance := range []string{"a", "b"} {
			all = append(all, b.target(instance, func(t *Target) {
				t.Restarts.Every = every
				t.Counters = []Counter{
					counter("200", 0.1, "path", "/"), counter("200", 0.02, "path", "/a"),
					counter("200", 0.05, "path", "/b"), counter("500", 0.005, "path", "/"),
				}
				change(&t.Scraping)
			}))
		}
		return all
	}
	b.add("series 3 ms apart, restarts", four(5*time.Hour, func(s *Scraping) { s.Skew = 3 * time.Millisecond }), nil)
	b.add("times of the exporter, no restarts", four(0, func(s *Scraping) { s.Own = 7 * time.Second }), nil)
	b.add("times of the exporter, restarts", four(5*time.Hour, func(s *Scraping) { s.Own = 7 * time.Second }), nil)
	b.add("times of the exporter, every 15 s, restarts", four(5*time.Hour, func(s *Scraping) {
		s.Interval, s.Own = 15*time.Second, 10*time.Second
	}), nil)
}

// Metrics without an instance.
func (b *installer) anonymous() {
	one := b.target("", restarting)
	one.Labels = labels.FromStrings("job", "shop")
	b.add("no instance, restarts", []Target{one}, nil)
	three := func(already int) []Target {
		return []Target{
			b.target("a", func(t *Target) { t.Counters[0].Already, t.Counters[1].Already = already, already/40 }),
			b.target("b", func(t *Target) { t.Counters[0].Already, t.Counters[1].Already = already, already/40 }),
			b.target("c", restarting),
		}
	}
	summed := func(i *Installation) { i.Summed = true }
	b.add("a sum falls much", three(0), summed)
	b.add("a sum falls a little", three(5_000_000), summed)
}

// Series that are new.
func (b *installer) newSeries() {
	exact := func(i *Installation) { i.Exact = true }
	born := func(events int, names ...string) []Target {
		at := Jump{b.ago(3 * day), events}
		return []Target{b.target("a", func(t *Target) {
			t.Counters = []Counter{counter("200", 1.0/60, "path", "/"), counter("500", 0, names...)}
			t.Counters[1].Jumps = []Jump{at}
		})}
	}
	for _, events := range []int{9, 11, 15, 40, 250, 1_000} {
		b.add(fmt.Sprintf("born at %d", events), born(events, "path", "/"), exact)
	}
	b.add("born at 9 on a new path", born(9, "path", "/new"), exact)
	b.add("born at 40 on a new path", born(40, "path", "/new"), exact)
	old := func(bad int, change func(*Target)) Target {
		return b.target("old", func(t *Target) {
			t.Known = b.ago(3 * day)
			t.Counters[0].Already, t.Counters[1].Already = 5_000_000, bad
			if change != nil {
				change(t)
			}
		})
	}
	quiet := b.target("quiet", func(t *Target) { t.Counters[1].Rate = 0 })
	b.add("an old process is new to the server", []Target{b.target("a", nil), old(70_000, nil)}, exact)
	b.add("an old process is new, the only one", []Target{old(70_000, nil)}, exact)
	b.add("an old process with 9 errors is new", []Target{quiet, old(9, func(t *Target) {
		t.Counters[1].Rate, t.Counters[1].Jumps = 0, []Jump{{t.Known.Add(7 * time.Hour), 100}}
	})}, exact)
	b.add("an old process is new, born at 40 later", []Target{quiet, old(0, func(t *Target) {
		t.Counters[1].Rate, t.Counters[1].Jumps = 0, []Jump{{t.Known.Add(7 * time.Hour), 40}}
	})}, exact)
}

// Series that vanish while their siblings go on: one with events and one
// without.
func (b *installer) absences() {
	for _, length := range []time.Duration{3 * time.Minute, 9 * time.Minute, 30 * time.Minute, 90 * time.Minute} {
		for _, restarted := range []bool{false, true} {
			name := fmt.Sprintf("series vanish for %.0f min", length.Minutes())
			if restarted {
				name += " and restart"
			}
			b.add(name, []Target{b.vanishing(length, restarted)}, nil)
		}
	}
}

func (b *installer) vanishing(length time.Duration, restarted bool) Target {
	return b.target("a", func(t *Target) {
		t.Counters = []Counter{
			counter("200", 0.1, "path", "/"), counter("200", 0.1, "path", "/b"),
			counter("500", 0.005, "path", "/"), counter("500", 0, "path", "/b"),
		}
		gone, rare := &t.Counters[1], &t.Counters[3]
		rare.Jumps = []Jump{{b.start.Add(time.Hour), 40}}
		for at := b.start.Add(day); at.Before(b.end.Add(-day)); at = at.Add(20 * time.Hour) {
			from := at.Add(b.within(time.Hour))
			to := from.Add(length)
			gone.Hidden = append(gone.Hidden, Gap{From: from, To: to})
			rare.Hidden = append(rare.Hidden, Gap{From: from, To: to})
			if restarted {
				t.Restarts.At = append(t.Restarts.At, from.Add(length/3))
				rare.Jumps = append(rare.Jumps, Jump{from.Add(length * 2 / 3), 40})
			}
		}
	})
}

// Values that are wrong, each alone among many that are right.
func (b *installer) wrongValues() {
	for _, w := range []struct {
		name  string
		value float64
	}{{"2^64-1", math.MaxUint64}, {"+Inf", math.Inf(1)}, {"NaN", math.NaN()}, {"-5", -5}} {
		b.add("samples of "+w.name, []Target{b.target("a", func(t *Target) {
			for hours := range time.Duration(12) {
				c := &t.Counters[hours%2]
				c.Wrong = append(c.Wrong, Wrong{b.ago(4*day - hours*3*time.Hour), w.value})
			}
		})}, func(i *Installation) { i.Exact = true })
	}
}

// Processes that come and go.
func (b *installer) pods() {
	pods := func(length time.Duration, change func(*Target)) []Target {
		var all []Target
		for from := b.start; from.Before(b.end); from = from.Add(length) {
			all = append(all, b.target(fmt.Sprintf("10.0.%d.%d:8080", len(all)/250, len(all)%250), func(t *Target) {
				t.Counters[0].Already = 0
				t.From = from.Add(b.within(10 * time.Minute))
				t.To = earliest(b.end, from.Add(length+b.within(10*time.Minute)))
				if change != nil {
					change(t)
				}
			}))
		}
		return all
	}
	b.add("a new pod every 6 h", pods(6*time.Hour, nil), nil)
	b.add("a new pod every 6 h, crash loops of 5 min", pods(6*time.Hour, func(t *Target) {
		t.Restarts = Restarts{Every: 5 * time.Minute, Down: 20 * time.Second}
	}), nil)
	b.add("a crash loop of 5 min, another goes on", []Target{b.target("a", nil), b.target("b", func(t *Target) {
		t.Restarts = Restarts{Every: 5 * time.Minute, Down: 20 * time.Second}
		t.Scraping.Interval = 15 * time.Second
	})}, nil)
}

// Scrapes at irregular times.
func (b *installer) irregular() {
	three := func(change func(*Target)) []Target {
		var all []Target
		for _, instance := range []string{"a", "b", "c"} {
			all = append(all, b.target(instance, change))
		}
		return all
	}
	b.add("irregular scrapes, some missed, restarts", three(func(t *Target) {
		t.Restarts.Every = 5 * time.Hour
		t.Scraping.Jitter, t.Scraping.Missed = 50*time.Second, 0.05
	}), nil)
	gaps := b.gaps(30*time.Hour, 40*time.Minute)
	b.add("server down for 40 min, restarts within", three(func(t *Target) {
		t.Scraping.Gaps = gaps
		for _, g := range gaps {
			t.Restarts.At = append(t.Restarts.At, g.From.Add(b.within(40*time.Minute)))
		}
	}), nil)
}

// Labels that change without a restart.
func (b *installer) labelChanges() {
	for _, r := range []struct {
		name     string
		label    labels.Label
		unmarked bool
	}{
		{"a label changes", labels.Label{Name: "env", Value: "production"}, false},
		{"a label changes, without a marker", labels.Label{Name: "env", Value: "production"}, true},
		{"a label more", labels.Label{Name: "team", Value: "checkout"}, false},
		{"a label more, without a marker", labels.Label{Name: "team", Value: "checkout"}, true},
	} {
		at := b.ago(3 * day)
		relabelled := func(t *Target) {
			t.Counters = append(t.Counters, counter("500", 0, "path", "/rare"))
			t.Counters[2].Jumps = []Jump{{b.start.Add(time.Hour), 9}}
			t.Relabelled = &Relabelling{At: at, Label: r.label, Unmarked: r.unmarked}
		}
		b.add(r.name, []Target{
			with(b.target("a", relabelled), "env", "prod"),
			with(b.target("b", relabelled), "env", "prod"),
		}, func(i *Installation) { i.By = r.label.Name })
	}
}
