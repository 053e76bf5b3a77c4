package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/promise-slo/promise-slo-datasource/pkg/catalog"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// convert writes definitions as OpenSLO.
type convert struct {
	reading
	Paths []string `arg:"" name:"path" help:"Files, and folders in which all .yaml and .yml files are read."`
	To    string   `required:"" help:"The format to write: ${enum}." enum:"openslo" placeholder:"FORMAT"`
	Out   string   `help:"Folder to write a file for each SLO to; printed by default." placeholder:"FOLDER"`
}

// Help returns the long help of convert.
func (convert) Help() string {
	return `Definitions of all formats are written as OpenSLO, and their promises as documents of the kind
Promise. Reading them gives the same SLOs: annotations that begin with promise.slo/ contain what
OpenSLO has no field for. Existing files are never replaced.

Standard error has the problems of the definitions, as validate prints them, and then a line for each
field that has no place in what is written: it says nothing about an SLO, such as the uid of a resource,
or this tool does not use it, such as alertPolicies. Comments are lost too. Invalid definitions are left
out, and so are those whose events cannot be counted.

Exit status: 0 all SLOs were written, with or without fields that have no place, 1 a definition is
invalid or could not be written, 2 wrong usage.

Examples:

  promise convert --to openslo sloth/ > slos.yaml
  promise convert --to openslo --out slos/ sloth/ pyrra/`
}

func (c *convert) run(ctx context.Context, sys system) error {
	all, report, err := c.loadFrom(ctx, sys, c.Paths, catalog.WithLeftOut(catalog.Paths(c.Paths)))
	if err != nil {
		return err
	}
	if err := errors.Join(printText(sys.stderr, report.Problems), printFields(sys.stderr, all.LeftOut)); err != nil {
		return &exit{exitFailed, err.Error()}
	}
	set := *all.Set
	set.SLOs = slices.DeleteFunc(slices.Clone(set.SLOs), func(s slo.SLO) bool { return !report.IsCountable(s) })
	written, left := definition.WriteOpenSLO(&set)
	if err := c.write(sys, written); err != nil {
		return &exit{exitFailed, err.Error()}
	}
	if left != nil {
		return &exit{exitFailed, left.Error()}
	}
	return failureOf(report.Problems)
}

// printFields prints a line for each place that nothing is written of.
func printFields(w io.Writer, places []definition.Place) error {
	for _, at := range places {
		what := at.Field
		if what == "" {
			what = "the document"
		}
		if _, err := fmt.Fprintf(w, "%s: %s: has no place in OpenSLO and is left out\n", at.Position, what); err != nil {
			return err
		}
	}
	return nil
}

func (c *convert) write(sys system, written []definition.Written) error {
	if c.Out != "" {
		return writeFiles(c.Out, written)
	}
	return printDocuments(sys.stdout, written)
}

// printDocuments prints documents one after the other.
func printDocuments(w io.Writer, written []definition.Written) error {
	var contents [][]byte
	for _, d := range written {
		contents = append(contents, d.Content)
	}
	_, err := w.Write(bytes.Join(contents, []byte("---\n")))
	return err
}

// writeFiles writes all files, or none if one of them exists already.
func writeFiles(folder string, written []definition.Written) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("the folder cannot be created: %w", err)
	}
	for _, d := range written {
		if _, err := os.Lstat(fileName(folder, d)); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s exists already: choose another folder with --out, or remove the file", fileName(folder, d))
		}
	}
	for _, d := range written {
		if err := writeNew(fileName(folder, d), d.Content); err != nil {
			return err
		}
	}
	return nil
}

func fileName(folder string, d definition.Written) string {
	return filepath.Join(folder, d.Name+".yaml")
}

// writeNew writes a file that must not exist yet.
func writeNew(name string, content []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}
