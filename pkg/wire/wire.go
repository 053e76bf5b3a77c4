// Package wire bounds the memory that decoding requests takes.
//
// gRPC copies a request twice to decode it, and decodes as many at a time as
// come. Register has it decode large ones one after the other.
package wire

import (
	"slices"
	"sync"
	"sync/atomic"

	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
)

// Large is from how many bytes on a request is large. Those of alert rules and
// panels are far smaller, and wait for nobody.
const Large = 256 << 10

// Register has gRPC decode with NewCodec. Call it before anything is served.
func Register() { encoding.RegisterCodecV2(NewCodec(encoding.GetCodecV2(proto.Name))) }

// codec decodes large messages one after the other.
type codec struct {
	encoding.CodecV2
	// waiting is how many large messages are being decoded or wait for it.
	waiting atomic.Int64

	mu sync.Mutex
	// whole has the message that is being decoded in one piece. The next one uses
	// it again; it is let go when there is none.
	whole []byte
}

// NewCodec returns a codec that decodes as another one does, but large messages one
// after the other.
func NewCodec(plain encoding.CodecV2) encoding.CodecV2 { return &codec{CodecV2: plain} }

// Unmarshal implements encoding.CodecV2.
func (c *codec) Unmarshal(data mem.BufferSlice, v any) error {
	size := data.Len()
	if size < Large {
		return c.CodecV2.Unmarshal(data, v)
	}
	c.waiting.Add(1)
	c.mu.Lock()
	defer func() {
		if c.waiting.Add(-1) == 0 {
			c.whole = nil
		}
		c.mu.Unlock()
	}()
	c.whole = slices.Grow(c.whole[:0], size)[:size]
	data.CopyTo(c.whole)
	return c.CodecV2.Unmarshal(mem.BufferSlice{mem.SliceBuffer(c.whole)}, v)
}
