package promise

import (
	"fmt"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// actionForm describes names of actions that a gate blocks.
var actionForm = yamldoc.Form{Pattern: format.NameForm.Pattern, Name: "the name of an action", Hint: "write letters, digits and dashes, such as deploy"}

func (d *draft) readPolicy(list yamldoc.Value) {
	const hint = "write a number of at least 0 and at most 1, or a percentage, such as 0.25 or 25%"
	for _, item := range list.List() {
		o := item.WithHint("write at which remaining budget what happens, such as {remainingBelow: 25%, action: only fixes are released}").
			Fields("action", "blocks", "remainingBelow", "until")
		if !o.Present() {
			continue
		}
		below, until := o.Need("remainingBelow", hint), o.Get("until")
		c := slo.Consequence{
			RemainingBelow: readShare(below, budgetForm, hint, func(n float64) bool { return n >= 0 && n <= 1 }),
			Action:         needText(o, "action", text("write what happens then")),
		}
		c.Blocks, _ = readTexts(o.Get("blocks"), actionForm)
		if blocks := o.Get("blocks"); blocks.IsList() && len(blocks.List()) == 0 {
			blocks.Fail("is empty", "write what is blocked meanwhile, such as [deploy], or remove it")
		}
		c.Until = readUntil(until)
		if len(c.Blocks) > 0 {
			checkDecidable(o, c.Until)
		}
		d.promise.Policy = append(d.promise.Policy, c)
		d.shares, d.untils = append(d.shares, below.Place()), append(d.untils, until.Place())
	}
}

// readUntil returns what ends a consequence: the word window, a share of the budget,
// or a text for people.
func readUntil(v yamldoc.Value) slo.Until {
	const hint = "write a share of more than 0 and at most 1, or a percentage, such as 0.5 or 50%"
	if v.IsMapping() {
		remaining := v.Fields("remaining").Need("remaining", hint+"; for the next window write until: window")
		return slo.Until{Remaining: readShare(remaining, budgetForm, hint, func(n float64) bool { return n > 0 && n <= 1 })}
	}
	written := v.Match(text("write when it ends, or remove it"))
	if strings.EqualFold(written, slo.UntilWindow) {
		return slo.Until{Window: true}
	}
	return slo.Until{Text: written}
}

// checkDecidable reports a consequence that blocks actions, but not until when. What
// is wrong with a share is reported where it is read.
func checkDecidable(o yamldoc.Object, u slo.Until) {
	const hint = "write until: window, or until: with remaining: 50% below it"
	switch until := o.Get("until"); {
	case !until.Present():
		o.Need("until", "write when the gate opens again: window, or remaining: with a share such as 50%")
	case u.Text != "":
		until.Fail(fmt.Sprintf("%.40q is not something that a gate can decide by", u.Text), hint)
	}
}
