package plugin

import (
	"context"
	"errors"
	"io"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"google.golang.org/grpc"
)

// callOptions let answers be as large as Grafana lets them be.
var callOptions = []grpc.CallOption{grpc.MaxCallRecvMsgSize(1 << 30)}

// QueryData asks queries. An error is one of the plugin as a whole; those of
// queries are in their responses.
func (p *Process) QueryData(ctx context.Context, req *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	return p.queryData(ctx, backend.ToProto().QueryDataRequest(req), callOptions...)
}

func (p *Process) queryData(ctx context.Context, req *pluginv2.QueryDataRequest, options ...grpc.CallOption) (*backend.QueryDataResponse, error) {
	answer, err := p.data.QueryData(ctx, req, options...)
	if err != nil {
		return nil, err
	}
	return backend.FromProto().QueryDataResponse(answer)
}

// CheckHealth asks whether a data source works.
func (p *Process) CheckHealth(ctx context.Context, req *backend.CheckHealthRequest) (*backend.CheckHealthResult, error) {
	answer, err := p.diagnostics.CheckHealth(ctx, &pluginv2.CheckHealthRequest{
		PluginContext: backend.ToProto().PluginContext(req.PluginContext),
		Headers:       req.Headers,
	}, callOptions...)
	if err != nil {
		return nil, err
	}
	return backend.FromProto().CheckHealthResponse(answer), nil
}

// CollectMetrics asks for the process' own metrics, in the text format of
// Prometheus.
func (p *Process) CollectMetrics(ctx context.Context) ([]byte, error) {
	answer, err := p.diagnostics.CollectMetrics(ctx, &pluginv2.CollectMetricsRequest{}, callOptions...)
	if err != nil {
		return nil, err
	}
	return answer.GetMetrics().GetPrometheus(), nil
}

// CallResource asks for a resource, whose answer may come in parts.
func (p *Process) CallResource(ctx context.Context, req *backend.CallResourceRequest) (*backend.CallResourceResponse, error) {
	return p.callResource(ctx, backend.ToProto().CallResourceRequest(req), callOptions...)
}

func (p *Process) callResource(ctx context.Context, req *pluginv2.CallResourceRequest, options ...grpc.CallOption) (*backend.CallResourceResponse, error) {
	stream, err := p.resource.CallResource(ctx, req, options...)
	if err != nil {
		return nil, err
	}
	var whole *backend.CallResourceResponse
	for {
		part, err := stream.Recv()
		switch {
		case errors.Is(err, io.EOF) && whole != nil:
			return whole, nil
		case err != nil:
			return nil, err
		case whole == nil:
			whole = backend.FromProto().CallResourceResponse(part)
		default:
			whole.Body = append(whole.Body, part.Body...)
		}
	}
}
