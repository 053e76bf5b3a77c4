package report

import (
	"fmt"
	"strings"
)

// Markdown returns the report in Markdown.
func (r Report) Markdown() string {
	p := r.page()
	var b strings.Builder
	line := func(format string, values ...any) {
		b.WriteString(strings.TrimSpace(fmt.Sprintf(format, values...)) + "\n\n")
	}
	line("# %s", markdown(p.Title))
	line("%s. %s", markdown(p.Period), p.Summary)
	for _, s := range p.Sections {
		line("## %s", markdown(s.Title))
		if s.Description != "" {
			line("%s", markdown(s.Description))
		}
		line("Promised: %s. %s", markdown(s.Promised), s.Streak)
		for _, text := range append(s.Remarks, s.Inside) {
			if text != "" {
				line("%s", markdown(text))
			}
		}
		for _, one := range s.Results {
			writeResult(line, one)
		}
	}
	for i, text := range p.Overrides {
		if i == 0 {
			line("## Overrides")
		}
		line("%s", markdown(text))
	}
	line("%s", p.Made)
	return strings.TrimRight(b.String(), "\n") + "\n"
}

func writeResult(line func(string, ...any), one result) {
	line("### %s", markdown(one.Period))
	line("**%s** %s", markdown(one.Verdict), one.Came)
	if len(one.Worst) > 0 {
		line("The worst hours:\n\n- %s", strings.Join(one.Worst, "\n- "))
	}
	if one.Rest != "" {
		line("%s", one.Rest)
	}
	if one.State != "" {
		line("What is changing: %s", markdown(strings.TrimSpace(one.Change+" "+one.State)))
	}
	if one.Learned != "" {
		line("What was learned: %s", markdown(one.Learned))
	}
}

var markup = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "#", `\#`, "|", `\|`, "!", `\!`, "&", "&amp;",
)

// markdown returns a text on one line, without what Markdown would read as markup.
func markdown(text string) string { return markup.Replace(strings.Join(strings.Fields(text), " ")) }
