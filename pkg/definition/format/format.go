// Package format lies between the reader of definitions and the formats that it
// reads. A Format says which documents it reads and how. What it reads goes into
// the Contents of a file: SLOs as Drafts, all other documents as Entries. Once
// all files are read, an Index of the entries resolves the references between
// them. The rest of the package reads what formats have in common: metadata as
// Kubernetes has it, the annotations promise.slo/…, percentages and queries.
package format

import (
	"fmt"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Format describes the documents of one version of a format.
type Format struct {
	// Version contains what the documents have as apiVersion, such as
	// openslo/v1.
	Version string
	// Alias contains another spelling of Version, such as that of resources in a
	// cluster; empty if there is none.
	Alias string
	// Family begins every version of the format, in lower case. A document of a
	// version that is not read is reported, with Version as the hint.
	Family string
	// ListKind names the kind of lists of such documents; empty if there is none.
	ListKind string
	// File describes files without apiVersion and kind; nil for formats that have
	// both.
	File *File
	// Read adds what a document of a kind says to the contents of its file, and
	// reports what is wrong with it.
	Read func(c *Contents, root yamldoc.Value, kind string)
	// Unread adds to the contents of a file what a document that cannot be read, as
	// far as its text shows, says about other SLOs; nil for formats that say nothing.
	Unread func(c *Contents, text string, at yamldoc.Place)
	// Complete adds what the documents say about SLOs of any format to those, once
	// all files are read, and returns what is wrong; nil for formats whose
	// documents say nothing about other SLOs. It may refuse SLOs.
	Complete func(x *Index, slos []slo.SLO, now time.Time) []yamldoc.Problem
}

// File describes how files that have a version alone, in the field version, are
// recognized.
type File struct {
	// Tool names the tool that such files are for.
	Tool string
	// Field names a field by which a file that lacks a version is recognized.
	Field string
}

// Draft describes an SLO as its document gives it.
type Draft struct {
	SLO slo.SLO
	// Name tells where its name is.
	Name yamldoc.Place
	// Identity tells it from others of its name, as the format's own tool does: by
	// namespace, or by labels. Without one, no other may have the name.
	Identity map[string]string
	// Apart says what SLOs of one name can differ in beside it, such as "another namespace";
	// empty if nothing.
	Apart string
	// Service tells where its service is named, in formats that have documents
	// for services.
	Service yamldoc.Place
	// Bind completes the SLO with what other documents say, and reports what is
	// wrong; nil if it is complete. The SLO's objectives are its own to change.
	Bind func(x *Index, s *slo.SLO, r *yamldoc.Report)
	// Failed tells that the document has an error.
	Failed bool
}

// Kind describes a kind of documents other than SLOs.
type Kind struct {
	Name string
	// Unique tells that other documents refer to those of the kind by name.
	Unique bool
	// Twice contains the hint about documents of one name; empty is that to rename
	// one.
	Twice string
	// Unused contains the hint about a document that none refers to; empty if that
	// is as it should be.
	Unused string
}

// Entry describes a document of a kind other than SLO.
type Entry struct {
	Kind Kind
	Name string
	// Namespace of a resource of Kubernetes. Documents of one name in several are
	// different ones.
	Namespace string
	// At tells where the name is.
	At yamldoc.Place
	// Value contains what the document says, as its format reads it.
	Value any
	// Failed tells that the document has an error.
	Failed bool
	// Root contains the document where nothing is made of it unless an SLO uses it.
	Root yamldoc.Value
	// identity contains that of a draft.
	identity identity
}

// Service describes a service, which groups the SLOs that have its name in their
// field Service.
type Service struct {
	Name        string
	DisplayName string
	// Namespace of a resource of Kubernetes.
	Namespace   string
	Description string
	Labels      map[string]string
	Source      slo.Position
}

// ServiceKind describes documents whose Value is a Service.
var ServiceKind = Kind{Name: "Service", Unique: true}

// Contents collects what the documents of a file say, before references are
// resolved.
type Contents struct {
	Drafts   []Draft
	Entries  []Entry
	Problems []yamldoc.Problem
	// Roots contains the documents, of files of which it is asked what is left out.
	Roots []yamldoc.Value
	// Documents counts the documents so far, of which MaxDocuments are read.
	Documents, MaxDocuments int
}

// Admit counts a document. It reports whether the document is within the limit,
// and adds an error about the first that is not.
func (c *Contents) Admit(v yamldoc.Value) bool {
	if c.Documents++; c.Documents == c.MaxDocuments+1 {
		v.Fail(fmt.Sprintf("there are more than %d documents; the rest is not read", c.MaxDocuments), "split the definitions into several folders")
	}
	return c.Documents <= c.MaxDocuments
}

// Collect adds the problems of a report.
func (c *Contents) Collect(r *yamldoc.Report) { c.Problems = append(c.Problems, r.Problems()...) }

// Spec returns the fields of a document's spec, which must be there.
func Spec(o yamldoc.Object, fields ...string) yamldoc.Object {
	return o.Need("spec", "write spec with its fields below it").Fields(fields...)
}
