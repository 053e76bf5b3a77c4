package definition

import "cmp"

// Limits bound what reading may cost, whatever the files contain. A zero field
// means the default.
type Limits struct {
	// FileBytes bounds the size of a file; 4 MiB by default. Larger files are
	// refused without being read.
	FileBytes int64
	// Bytes bounds the size of all files; 64 MiB by default.
	Bytes int64
	// Entries bounds the number of files and folders of whatever name in the
	// folders that are searched; 100,000 by default.
	Entries int
	// Files bounds the number of files; 10,000 by default.
	Files int
	// Documents bounds the number of YAML documents in all files, an item of a
	// List, an SLO of Sloth and a document in a ConfigMap being one each; 10,000
	// by default.
	Documents int
}

// DefaultLimits returns the limits for callers that do not choose.
func DefaultLimits() Limits {
	return Limits{FileBytes: 4 << 20, Bytes: 64 << 20, Entries: 100_000, Files: 10_000, Documents: 10_000}
}

// orDefault returns the limits with the defaults in place of zeros.
func (l Limits) orDefault() Limits {
	d := DefaultLimits()
	return Limits{
		FileBytes: cmp.Or(l.FileBytes, d.FileBytes),
		Bytes:     cmp.Or(l.Bytes, d.Bytes),
		Entries:   cmp.Or(l.Entries, d.Entries),
		Files:     cmp.Or(l.Files, d.Files),
		Documents: cmp.Or(l.Documents, d.Documents),
	}
}
