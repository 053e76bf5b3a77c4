package ledger

import (
	"encoding/binary"
	"math"
	"testing"
)

// The curve of any cells reads what the cells hold.
func FuzzSegment(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8}, int64(50), int64(170))
	f.Fuzz(func(t *testing.T, data []byte, from, to int64) {
		const cell = 60
		r := newSegment(-cell, cell)
		for ; len(data) >= 2; data = data[2:] {
			n := float64(binary.LittleEndian.Uint16(data))
			r.append(count{bad: math.Floor(n / 7), total: n, covered: cell})
		}
		from, to = from%100_000, to%100_000
		if from > to {
			from, to = to, from
		}
		part, all := r.at(to).minus(r.at(from)), r.at(math.MaxInt64/2)
		if part.bad < 0 || part.total < part.bad-1e-6 || part.total > all.total+1e-6 || part.covered < 0 || part.covered > float64(to-from)+1e-6 {
			t.Errorf("(%d, %d] of %v reads %v", from, to, all, part)
		}
	})
}
