package wire_test

import (
	"bytes"
	"sync"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"

	"github.com/promise-slo/promise-slo-datasource/pkg/wire"
)

// TestUnmarshal decodes messages of all sizes, in pieces as they are received,
// many at a time.
func TestUnmarshal(t *testing.T) {
	c := wire.NewCodec(encoding.GetCodecV2(proto.Name))
	var all sync.WaitGroup
	for _, size := range []int{0, 1, 100, 256 << 10, 256<<10 + 1, 1 << 20, 3 << 20} {
		for letter := byte('a'); letter < 'e'; letter++ {
			all.Go(func() {
				body := bytes.Repeat([]byte{letter}, size)
				var got pluginv2.CallResourceRequest
				if err := c.Unmarshal(pieces(t, &pluginv2.CallResourceRequest{Body: body}), &got); err != nil {
					t.Errorf("%d bytes: %v", size, err)
				}
				if !bytes.Equal(got.Body, body) {
					t.Errorf("%d bytes of %q are decoded as %d others", size, letter, len(got.Body))
				}
			})
		}
	}
	all.Wait()
}

// TestUnmarshalFails has an error of one message not matter to the next.
func TestUnmarshalFails(t *testing.T) {
	c := wire.NewCodec(encoding.GetCodecV2(proto.Name))
	junk := mem.BufferSlice{mem.SliceBuffer(bytes.Repeat([]byte{0xff}, 1<<20))}
	for range 3 {
		if err := c.Unmarshal(junk, &pluginv2.CallResourceRequest{}); err == nil {
			t.Error("junk is decoded")
		}
	}
	whole := pieces(t, &pluginv2.CallResourceRequest{Body: make([]byte, 1<<20)})
	if err := c.Unmarshal(whole, &pluginv2.CallResourceRequest{}); err != nil {
		t.Error(err)
	}
}

// TestTurns checks that large messages are decoded one after the other, and that
// small ones do not wait for them.
func TestTurns(t *testing.T) {
	slow := &slowCodec{CodecV2: encoding.GetCodecV2(proto.Name), begun: make(chan int, 2), goOn: make(chan struct{})}
	c := wire.NewCodec(slow)
	large := pieces(t, &pluginv2.CallResourceRequest{Body: make([]byte, 1<<20)})
	small := pieces(t, &pluginv2.CallResourceRequest{Path: "slos"})
	var all sync.WaitGroup
	decode := func(data mem.BufferSlice) {
		all.Go(func() {
			if err := c.Unmarshal(data, &pluginv2.CallResourceRequest{}); err != nil {
				t.Error(err)
			}
		})
	}
	decode(large)
	if n := <-slow.begun; n != large.Len() {
		t.Errorf("a message of %d bytes is decoded, want %d", n, large.Len())
	}
	decode(large)
	decode(small)
	if n := <-slow.begun; n != small.Len() {
		t.Errorf("a message of %d bytes is decoded meanwhile, want %d", n, small.Len())
	}
	close(slow.goOn)
	all.Wait()
}

// slowCodec tells the size of each message when it begins with it, and waits.
type slowCodec struct {
	encoding.CodecV2
	begun chan int
	goOn  chan struct{}
}

// Unmarshal implements encoding.CodecV2.
func (c *slowCodec) Unmarshal(data mem.BufferSlice, v any) error {
	c.begun <- data.Len()
	<-c.goOn
	return c.CodecV2.Unmarshal(data, v)
}

// pieces encodes a message into pieces of 16 KiB.
func pieces(t *testing.T, message any) (data mem.BufferSlice) {
	t.Helper()
	whole, err := encoding.GetCodecV2(proto.Name).Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	text := whole.Materialize()
	for len(text) > 0 {
		n := min(len(text), 16<<10)
		data = append(data, mem.SliceBuffer(text[:n]))
		text = text[n:]
	}
	return data
}

// TestRegister checks that gRPC finds the codec.
func TestRegister(t *testing.T) {
	plain := encoding.GetCodecV2(proto.Name)
	defer encoding.RegisterCodecV2(plain)
	wire.Register()
	if c := encoding.GetCodecV2(proto.Name); c == plain || c.Name() != proto.Name {
		t.Errorf("gRPC decodes with %T of name %s", c, c.Name())
	}
}
