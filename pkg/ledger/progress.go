package ledger

// progress counts the steps of a fill.
type progress struct {
	report    func(done, all int)
	done, all int
}

// start sets how many steps there are to do, the first time that it is called.
func (p *progress) start(report func(done, all int), all int) {
	if p.report == nil {
		p.report, p.all = report, all
	}
}

// add counts steps as done.
func (p *progress) add(steps int) {
	p.done += steps
	p.report(p.done, p.all)
}
