package promql

import "testing"

func TestLabelsOf(t *testing.T) {
	every := everyLabel()
	these := func(names ...string) labelSet { return labelSet{names: names} }
	tests := []struct {
		expr string
		want labelSet
	}{
		{`x`, every},
		{`rate(x[5m])`, every},
		{`-(x)`, every},
		{`2 * x`, every},
		{`x > 1`, every},
		{`sum(x)`, these()},
		{`sum by (b, a) (x)`, these("a", "b")},
		{`sum by (a, b) (sum by (a) (x))`, these("a")},
		{`sum without (a) (x)`, every.without([]string{"a"})},
		{`sum without (a) (sum by (a, b) (x))`, these("b")},
		{`sum by (a, b) (sum without (a) (x))`, these("b")},
		{`topk(3, sum by (a) (x))`, these("a")},
		{`max_over_time(sum by (a) (x)[5m:1m])`, these("a")},
		{`absent(x)`, these()},
		{`vector(1)`, these()},
		{`histogram_quantile(0.9, sum by (le, a) (x_bucket))`, these("a")},
		{`label_replace(sum by (a) (x), "b", "$1", "a", "(.*)")`, these("a", "b")},
		{`label_join(sum without (b) (x), "b", "-", "a")`, every},
		{`sum by (a) (x) / on (a) sum by (a) (y)`, these("a")},
		{`sum by (a, b) (x) / ignoring (b) sum by (a) (y)`, these("a")},
		{`sum by (a, b) (x) / on (a) group_left (c) sum by (a, c) (y)`, these("a", "b", "c")},
		{`sum by (a) (x) / on (a) group_right () sum by (a, b) (y)`, these("a", "b")},
		{`sum by (a, b) (x) or sum by (b, c) (y)`, these("b")},
		{`x or sum by (b) (y)`, these("b")},
		{`sum without (a) (x) or sum without (b) (y)`, every.without([]string{"a", "b"})},
		{`sum by (a) (x) unless y`, these("a")},
	}
	for _, tt := range tests {
		t.Run(tt.expr, func(t *testing.T) {
			tree, err := newParser().ParseExpr(tt.expr)
			if err != nil {
				t.Fatal(err)
			}
			if got := labelsOf(tree); !got.equal(tt.want) {
				t.Errorf("labels %+v, not %+v", got, tt.want)
			}
		})
	}
}
