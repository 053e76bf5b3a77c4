package demo

import (
	"fmt"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// table reads the fields of a frame by their names. What goes wrong is
// remembered.
type table struct {
	*data.Frame
	err error
}

// value returns a field's value in a row, nil where it is null.
func value[T any](t *table, field string, row int) *T {
	f, _ := t.FieldByName(field)
	if f == nil {
		t.fail(fmt.Errorf("the frame %q has no field %s", t.Name, field))
		return nil
	}
	v, ok := f.ConcreteAt(row)
	if !ok {
		return nil
	}
	typed, ok := v.(T)
	if !ok {
		t.fail(fmt.Errorf("the field %s of the frame %q holds a %T", field, t.Name, v))
		return nil
	}
	return &typed
}

// text returns a field's text in a row, empty where it is null.
func (t *table) text(field string, row int) string {
	if s := value[string](t, field, row); s != nil {
		return *s
	}
	return ""
}

func (t *table) fail(err error) {
	if t.err == nil {
		t.err = err
	}
}

// notices returns the notices of the answer.
func (t *table) notices() []string {
	if t.Meta == nil {
		return nil
	}
	var all []string
	for _, n := range t.Meta.Notices {
		all = append(all, n.Text)
	}
	return all
}

// read gives the rows of a frame.
func read[R any](f *data.Frame, row func(t *table, row int) R) ([]R, error) {
	t := &table{Frame: f}
	n, err := f.RowLen()
	if err != nil {
		return nil, err
	}
	var rows []R
	for i := range n {
		rows = append(rows, row(t, i))
	}
	return rows, t.err
}
