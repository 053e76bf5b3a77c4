package ledger

// progress counts the steps of a fill.
type progress struct {
	report    func(done, all int)
	done, all int
}

// plan counts the steps that are to be done, once.
func (p *progress) plan(l *Ledger, lo, hi int64) {
	if p.report != nil {
		return
	}
	missing := hi - lo
	if l.sealed != nil && !l.sealed.empty() {
		missing = max(0, l.sealed.first-lo) + max(0, hi-l.sealed.last)
	}
	p.report, p.all = l.opts.Progress, int(missing/l.grid)
}

func (p *progress) add(steps int) {
	p.done += steps
	p.report(p.done, p.all)
}
