package plugin

import (
	"context"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"google.golang.org/grpc"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
)

// Message is a request as it goes over the wire. It may be sent many times at
// once, and takes its memory once.
type Message []byte

// NewQueryMessage returns what QueryData sends.
func NewQueryMessage(req *backend.QueryDataRequest) (Message, error) {
	return encode(backend.ToProto().QueryDataRequest(req))
}

// NewResourceMessage returns what CallResource sends.
func NewResourceMessage(req *backend.CallResourceRequest) (Message, error) {
	return encode(backend.ToProto().CallResourceRequest(req))
}

func encode(message any) (Message, error) {
	data, err := encoding.GetCodecV2(proto.Name).Marshal(message)
	if err != nil {
		return nil, err
	}
	defer data.Free()
	return data.Materialize(), nil
}

// QueryDataMessage asks the queries of a message.
func (p *Process) QueryDataMessage(ctx context.Context, m Message) (*backend.QueryDataResponse, error) {
	return p.queryData(ctx, nil, m.options()...)
}

// CallResourceMessage asks for the resource of a message.
func (p *Process) CallResourceMessage(ctx context.Context, m Message) (*backend.CallResourceResponse, error) {
	return p.callResource(ctx, nil, m.options()...)
}

func (m Message) options() []grpc.CallOption {
	return append([]grpc.CallOption{grpc.ForceCodecV2(ready{encoding.GetCodecV2(proto.Name), m})}, callOptions...)
}

// ready encodes whatever is sent as a message that is there already.
type ready struct {
	encoding.CodecV2
	message Message
}

// Marshal implements encoding.CodecV2.
func (r ready) Marshal(any) (mem.BufferSlice, error) {
	return mem.BufferSlice{mem.SliceBuffer(r.message)}, nil
}
