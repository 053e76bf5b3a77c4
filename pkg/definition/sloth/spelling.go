package sloth

import "github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"

// tool names whose documents these are.
const tool = "Sloth"

// spelling contains the names of the fields that a file and a resource spell
// differently.
type spelling struct{ plugins, errors, total, errorRatio, page, ticket string }

var (
	snakeCase = spelling{plugins: "slo_plugins", errors: "error_query", total: "total_query", errorRatio: "error_ratio_query", page: "page_alert", ticket: "ticket_alert"}
	camelCase = spelling{plugins: "sloPlugins", errors: "errorQuery", total: "totalQuery", errorRatio: "errorRatioQuery", page: "pageAlert", ticket: "ticketAlert"}
)

// other returns the spelling of the other form, which people write by mistake.
func (s spelling) other() spelling {
	if s == snakeCase {
		return camelCase
	}
	return snakeCase
}

// either returns the field of a name, or else that of the other spelling, which
// Sloth ignores.
func either(o yamldoc.Object, name, other string) yamldoc.Value {
	v, misspelt := o.Get(name), o.Get(other)
	switch {
	case v.Present() && misspelt.Present():
		misspelt.Fail("is given as well as "+name, "write only "+name)
	case misspelt.Present():
		misspelt.Warn("is not known to Sloth in this format; it is read as "+name, "write "+name)
		return misspelt
	}
	return v
}
