package frame

import (
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/grouplabel"
)

// column makes a field of a table out of its rows.
type column[R any] func(rows []R) *data.Field

// col returns a column of values that the data plane knows, such as string or
// *float64, which is null where it is nil.
func col[R, T any](name string, config *data.FieldConfig, value func(R) T) column[R] {
	return func(rows []R) *data.Field {
		values := make([]T, len(rows))
		for i, r := range rows {
			values[i] = value(r)
		}
		return data.NewField(name, nil, values).SetConfig(config)
	}
}

// subjectColumns returns the columns that say what the rows are about; they are
// in all tables.
func subjectColumns[R any](rows []R, of func(R) subject) []column[R] {
	columns := []column[R]{
		col("slo", display("SLO"), func(r R) string { return of(r).slo.Name }),
		col("title", display("Title"), func(r R) string { return of(r).name() }),
		col("objective", display("Objective"), func(r R) string { return of(r).objective.Name }),
		col("service", display("Service"), func(r R) string { return of(r).slo.Service }),
		col("team", display("Team"), func(r R) string { return of(r).slo.Team() }),
	}
	subjects := make([]subject, len(rows))
	for i, r := range rows {
		subjects[i] = of(r)
	}
	for _, label := range groupLabels(subjects) {
		columns = append(columns, col(grouplabel.Name(label), display(label), func(r R) *string {
			if group := of(r).group; group.Has(label) {
				value := group.Get(label)
				return &value
			}
			return nil
		}))
	}
	return columns
}

// errorColumn returns the column that says why a row has no values, or old ones.
func errorColumn[R any](of func(R) subject) column[R] {
	return col("error", display("Error"), func(r R) *string { return orNull(of(r).problem) })
}

// orNull returns a text, nil where it is empty.
func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// orNil returns a time, nil where it is zero.
func orNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// possible returns a number of events, nil where the counts are impossible.
func possible(n float64, impossible bool) *float64 {
	if impossible {
		return nil
	}
	return &n
}

// table returns the rows as a frame. Without rows it has no fields either, as the
// data plane has it for "no data": panels then say so in their own words, and do
// not show headers above nothing.
func table[R any](name string, rows []R, columns []column[R]) *data.Frame {
	f := data.NewFrame(name)
	if len(rows) > 0 {
		for _, column := range columns {
			f.Fields = append(f.Fields, column(rows))
		}
	}
	setType(f, data.FrameTypeTable)
	f.Meta.PreferredVisualization = data.VisTypeTable
	return f
}
