package format

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
)

// Metadata describes what a document of the Kubernetes form says of itself.
type Metadata struct {
	// Name contains the name; empty if it is not allowed.
	Name, DisplayName string
	// Namespace of a resource of Kubernetes.
	Namespace string
	// At tells where the name is.
	At                  yamldoc.Place
	Labels, Annotations map[string]string
	// Settings contains the annotations of this project, which are not among the
	// others.
	Settings Settings
}

// clusterFields are what the metadata of a resource of Kubernetes may have beside
// what its author writes, as kubectl shows it. Only the namespace says something
// about the SLO.
var clusterFields = []string{
	"namespace", "creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "finalizers", "generateName",
	"generation", "managedFields", "ownerReferences", "resourceVersion", "selfLink", "uid",
}

// lastApplied names the annotation in which kubectl keeps a copy of the document.
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

// Resource returns the metadata of a Kubernetes resource. The namespace becomes a
// label, unless there is one of that name.
func Resource(document yamldoc.Object) Metadata {
	v := document.Need("metadata", "write metadata with a name below it")
	o := MetadataFields(v, "name", "labels", "annotations")
	name := o.Need("name", "write a name, such as checkout-availability")
	m := Metadata{Name: resourceName(name), At: name.Place(), Labels: Labels(o.Get("labels"))}
	m.Annotations, m.Settings = Annotations(o.Get("annotations").Object(), yamldoc.Value.Scalar, CommonSettings())
	m.ReadCluster(o)
	return m
}

// MetadataFields returns the fields of metadata: the known ones, and those that a
// cluster adds.
func MetadataFields(v yamldoc.Value, known ...string) yamldoc.Object {
	return v.Fields(slices.Concat(known, clusterFields)...)
}

// ReadCluster adds what a cluster says of a resource. The namespace becomes a label,
// unless there is one of that name, and the copy that kubectl keeps among the
// annotations goes.
func (m *Metadata) ReadCluster(o yamldoc.Object) {
	o.Get("annotations").Object().LeaveOut(lastApplied)
	if delete(m.Annotations, lastApplied); len(m.Annotations) == 0 {
		m.Annotations = nil
	}
	if m.Namespace = o.Get("namespace").Text(); m.Namespace != "" {
		m.Labels = Merge(map[string]string{Namespace: m.Namespace}, m.Labels)
	}
}

// resourceName returns the name; empty if it is not allowed.
func resourceName(v yamldoc.Value) string {
	name := v.Text()
	if isSubdomain(name) {
		return name
	}
	if v.IsText() {
		v.Fail(fmt.Sprintf("%q is not a name", name), "write lower-case letters, digits, dashes and dots, with a letter or digit first and last")
	}
	return ""
}

// promLabel matches the names of labels in Prometheus.
var promLabel = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)

// maxLabels bounds the labels in one place. Those of a document are copied to
// each of its SLOs.
const maxLabels = 100

// Labels returns labels or annotations as Kubernetes or Prometheus has them. A
// number is taken as it is written, as in the tools that these documents are
// for.
func Labels(v yamldoc.Value) map[string]string {
	o := v.Object()
	if o.Len() > maxLabels {
		v.Fail(fmt.Sprintf("has more than %d fields", maxLabels), "remove some")
		return nil
	}
	if o.Len() == 0 {
		return nil
	}
	labels := make(map[string]string, o.Len())
	for key, field := range o.All() {
		if !isQualifiedKey(key) && !promLabel.MatchString(key) {
			field.Fail(fmt.Sprintf("%q is not a label's name", key), "write letters, digits and underscores, such as team")
		}
		if !field.Present() {
			field.Warn("has no value", "write one, or remove the label")
			continue
		}
		labels[key] = field.Scalar()
	}
	return labels
}

// Merge returns the labels of all layers; later layers win.
func Merge(layers ...map[string]string) map[string]string {
	var all map[string]string
	for _, layer := range layers {
		for key, text := range layer {
			if all == nil {
				all = map[string]string{}
			}
			all[key] = text
		}
	}
	return all
}
