package definition

import (
	"fmt"
	"regexp"
	"slices"
)

// clusterFields are what a Kubernetes cluster adds to the metadata of its
// resources, as kubectl shows them. They say nothing about the SLO.
var clusterFields = []string{
	"creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "finalizers", "generateName",
	"generation", "managedFields", "ownerReferences", "resourceVersion", "selfLink", "uid",
}

// lastApplied is the annotation in which kubectl keeps a copy of the document.
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

// readResource reads the metadata of a Kubernetes resource. The namespace is a
// label, unless there is one of that name.
func readResource(document object) metadata {
	v := document.need("metadata", "write metadata with a name below it")
	o := v.schema(slices.Concat([]string{"name", "namespace", "labels", "annotations"}, clusterFields)...)
	name := o.need("name", "write a name, such as checkout-availability")
	m := metadata{name: readResourceName(name), at: name.at, labels: readTags(o.get("labels"))}
	m.annotations, m.settings = readAnnotations(o.get("annotations").object(), value.scalar, commonSettings())
	if delete(m.annotations, lastApplied); len(m.annotations) == 0 {
		m.annotations = nil
	}
	if namespace := o.get("namespace").text(); namespace != "" {
		m.labels = overlaid(map[string]string{"namespace": namespace}, m.labels)
	}
	return m
}

// readResourceName is the name; empty if it is not allowed.
func readResourceName(v value) string {
	name := v.text()
	if isSubdomain(name) {
		return name
	}
	if v.isText() {
		v.fail(quoted(name)+" is not a name", "write lower-case letters, digits, dashes and dots, with a letter or digit first and last")
	}
	return ""
}

// promLabel is the form of the labels of Prometheus.
var promLabel = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)

// maxTags is the greatest number of labels in one place. Those of a document are
// copied to each of its SLOs.
const maxTags = 100

// readTags reads labels or annotations as Kubernetes or Prometheus has them. A
// number is taken as it is written, as in the tools that these documents are
// for.
func readTags(v value) map[string]string {
	o := v.object()
	if len(o.keys) > maxTags {
		v.fail(fmt.Sprintf("has more than %d fields", maxTags), "remove some")
		return nil
	}
	if len(o.keys) == 0 {
		return nil
	}
	tags := make(map[string]string, len(o.keys))
	for _, key := range o.keys {
		field := o.fields[key]
		if !isQualified(key) && !promLabel.MatchString(key) {
			field.fail(quoted(key)+" is not a label's name", "write letters, digits and underscores, such as team")
		}
		if !field.present() {
			field.warn("has no value", "write one, or remove the label")
			continue
		}
		tags[key] = field.scalar()
	}
	return tags
}

// overlaid is the labels of all layers; later layers win.
func overlaid(layers ...map[string]string) map[string]string {
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
