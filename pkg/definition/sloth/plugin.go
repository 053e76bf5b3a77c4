package sloth

import (
	"fmt"
	"slices"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
)

// maxPlugins bounds the plugins that are listed by name.
const maxPlugins = 10

// warnPlugins names the plugins that would change the rules that Sloth makes of
// an SLO.
func warnPlugins(v yamldoc.Value) {
	if !v.Present() {
		return
	}
	chain := v.Fields("overridePrevious", "chain").Get("chain")
	var ids []string
	for _, item := range chain.List() {
		id := item.Fields("id", "config", "priority").NeedText("id", "write the id of the plugin, or remove it")
		if len(ids) <= maxPlugins && id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) > maxPlugins {
		ids[maxPlugins] = "and others"
	}
	if len(ids) > 0 {
		v.WarnLeftOut("SLO plugins are not run: "+strings.Join(ids, ", "), "if they change what is measured, write that into the queries; other changes concern Sloth's rules alone")
	}
}

// refusePlugin reports a plugin that makes the query, with how to do without it.
func (s spelling) refusePlugin(v yamldoc.Value) {
	id := v.Fields("id", "options").NeedText("id", "write the id of the plugin")
	if id == "" {
		return
	}
	v.Fail(fmt.Sprintf("the SLI plugin %q is not run", id), "write the query that it makes as "+s.errorRatio+" below raw: sloth generate shows it as the rule slo:sli_error:ratio_rate5m; write {{.window}} in place of 5m")
}
