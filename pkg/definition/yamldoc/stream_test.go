package yamldoc

import (
	"reflect"
	"testing"
)

func TestSplit(t *testing.T) {
	type part struct {
		text  string
		above int
	}
	tests := []struct {
		name, content string
		want          []part
	}{
		{"empty", "", nil},
		{"nothing but comments", "# a\n---\n# b\n--- # c\n...\n", nil},
		{"one", "a: 1\n", []part{{"a: 1\n", 0}}},
		{"byte order mark", "\ufeffa: 1\n", []part{{"a: 1\n", 0}}},
		{"marker first", "# hi\n---\na: 1\n", []part{{"# hi\n---\na: 1\n", 0}}},
		{"two", "a: 1\n---\nb: 2\n", []part{{"a: 1\n", 0}, {"---\nb: 2\n", 1}}},
		{"carriage returns", "a: 1\r\n---\r\nb: 2\r\n", []part{{"a: 1\r\n", 0}, {"---\r\nb: 2\r\n", 1}}},
		{"empty between", "a: 1\n---\n---\nb: 2\n", []part{{"a: 1\n", 0}, {"---\nb: 2\n", 2}}},
		{"content after the marker", "--- {a: 1}\n--- {b: 2}", []part{{"--- {a: 1}\n", 0}, {"--- {b: 2}", 1}}},
		{"end marker", "a: 1\n...\n# c\n---\nb: 2\n", []part{{"a: 1\n...\n", 0}, {"# c\n---\nb: 2\n", 2}}},
		{"like a directive", "---\n%a", []part{{"---\n%a", 0}}},
		{"like a marker", "---# a", []part{{"---# a", 0}}},
		{"directive", "a: 1\n...\n%YAML 1.1\n---\nb: 2\n", []part{{"a: 1\n...\n", 0}, {"%YAML 1.1\n---\nb: 2\n", 2}}},
		{"not markers", "a: |\n  ---\n----\n---a\n", []part{{"a: |\n  ---\n----\n---a\n", 0}}},
		{"no line end", "a: 1\n---", []part{{"a: 1\n", 0}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []part
			for c := range (stream{}).split([]byte(test.content)) {
				got = append(got, part{string(c.text), c.above})
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}
