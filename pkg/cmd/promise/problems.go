package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
)

// printers contains the formats of validate.
var printers = map[string]func(io.Writer, []definition.Problem) error{
	"text":   printText,
	"json":   printJSON,
	"github": printAnnotations,
}

func printText(w io.Writer, problems []definition.Problem) error {
	for _, p := range problems {
		if _, err := fmt.Fprintln(w, problemLine(p)); err != nil {
			return err
		}
	}
	return nil
}

// problemLine returns a problem on one line.
func problemLine(p definition.Problem) string {
	text := oneLine(p)
	if p.Severity == definition.Warning {
		text += " (warning)"
	}
	return text
}

func printJSON(w io.Writer, problems []definition.Problem) error {
	all := make([]definition.Record, len(problems))
	for i, p := range problems {
		all[i] = p.Record()
	}
	return encodeJSON(w, all)
}

// encodeJSON writes a value as indented JSON, with <, > and & as they are.
func encodeJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

func printAnnotations(w io.Writer, problems []definition.Problem) error {
	for _, p := range problems {
		if _, err := fmt.Fprintln(w, annotation(p)); err != nil {
			return err
		}
	}
	return nil
}

// The characters that GitHub's workflow commands escape, in their data and in
// their properties (actions/toolkit, packages/core/src/command.ts).
var (
	escapeData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	escapeProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// annotation returns a problem as a workflow command of GitHub Actions.
func annotation(p definition.Problem) string {
	properties := "file=" + escapeProperty.Replace(p.Position.File)
	if p.Position.Line > 0 {
		properties += fmt.Sprintf(",line=%d", p.Position.Line)
		if p.Position.Column > 0 {
			properties += fmt.Sprintf(",col=%d", p.Position.Column)
		}
	}
	if p.SLO != "" {
		properties += ",title=" + escapeProperty.Replace(p.SLO)
	}
	return fmt.Sprintf("::%s %s::%s", p.Severity, properties, escapeData.Replace(p.Text()))
}
