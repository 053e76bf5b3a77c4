package prometheus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb"
)

// blockLength is the time that a block covers. Blocks start at multiples of it.
const blockLength = 4 * 24 * time.Hour

// batch is the number of samples that are committed at once.
const batch = 10_000

// Writer writes history as blocks of a server's data folder, which is a
// thousand times faster than sending it to a server. It must be closed before
// a server starts in the folder.
type Writer struct {
	dir    string
	blocks map[int64]*block
	err    error
}

// NewWriter returns a writer to the data folder dir.
func NewWriter(dir string) *Writer { return &Writer{dir: dir, blocks: map[int64]*block{}} }

// Append adds samples to a series, oldest first. Series may come in any order, and
// a series in several parts. After the first error it does nothing, and Close
// returns that error.
func (w *Writer) Append(series labels.Labels, samples ...Sample) {
	for len(samples) > 0 && w.err == nil {
		index := blockIndex(samples[0])
		n := 1
		for n < len(samples) && blockIndex(samples[n]) == index {
			n++
		}
		w.appendTo(index, series, samples[:n])
		samples = samples[n:]
	}
}

func blockIndex(s Sample) int64 { return s.Millis / blockLength.Milliseconds() }

func (w *Writer) appendTo(index int64, series labels.Labels, samples []Sample) {
	b := w.blocks[index]
	if b == nil {
		if b, w.err = newBlock(w.dir); w.err != nil {
			return
		}
		w.blocks[index] = b
	}
	if err := b.append(series, samples); err != nil {
		w.err = fmt.Errorf("writing series %s: %w", series, err)
	}
}

// Close writes the blocks to the data folder.
func (w *Writer) Close() error {
	for _, b := range w.blocks {
		if w.err == nil {
			w.err = b.flush()
		}
		w.err = errors.Join(w.err, b.writer.Close())
	}
	w.blocks = nil
	return w.err
}

// block holds a block while it is being written.
type block struct {
	writer      *tsdb.BlockWriter
	open        storage.AppenderV2
	uncommitted int
	// newest maps each series to its newest time: the database silently drops some
	// samples that are out of order, which the Writer must not.
	newest map[storage.SeriesRef]int64
}

func newBlock(dir string) (*block, error) {
	// Twice the length lets samples of the whole block come in any order of
	// series; promtool does the same.
	w, err := tsdb.NewBlockWriter(slog.New(slog.DiscardHandler), dir, 2*blockLength.Milliseconds())
	if err != nil {
		return nil, err
	}
	return &block{
		writer: w,
		open:   w.AppenderV2(context.Background()),
		newest: map[storage.SeriesRef]int64{},
	}, nil
}

func (b *block) append(series labels.Labels, samples []Sample) error {
	var ref storage.SeriesRef
	for i, s := range samples {
		if i > 0 && s.Millis <= samples[i-1].Millis {
			return disorder(s.Millis, samples[i-1].Millis)
		}
		var err error
		ref, err = b.open.Append(ref, series, 0, s.Millis, s.Value, nil, s.Histogram, storage.AOptions{})
		if err != nil {
			return err
		}
	}
	if newest, known := b.newest[ref]; known && samples[0].Millis <= newest {
		return disorder(samples[0].Millis, newest)
	}
	b.newest[ref] = samples[len(samples)-1].Millis
	return b.commit(len(samples))
}

func disorder(millis, newest int64) error {
	return fmt.Errorf("the sample at %d ms follows one at %d ms; append samples oldest first", millis, newest)
}

// commit counts new samples and commits when there are enough of them.
func (b *block) commit(samples int) error {
	if b.uncommitted += samples; b.uncommitted < batch {
		return nil
	}
	b.uncommitted = 0
	if err := b.open.Commit(); err != nil {
		return err
	}
	b.open = b.writer.AppenderV2(context.Background())
	return nil
}

func (b *block) flush() error {
	if err := b.open.Commit(); err != nil {
		return err
	}
	_, err := b.writer.Flush(context.Background())
	return err
}
