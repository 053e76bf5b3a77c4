package prometheus

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/golang/snappy"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/prompb"
)

// Push adds samples to a series of the running server (remote write 1.0). The
// server refuses samples older than the series' newest one, unless its
// out-of-order window allows them, and samples from more than ten minutes
// ahead.
func (s *Server) Push(ctx context.Context, series labels.Labels, samples ...Sample) error {
	body, err := encode(series, samples)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL+"/api/v1/write", bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Encoding", "snappy")
	request.Header.Set("Content-Type", "application/x-protobuf")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("writing series %s: %w", series, err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode/100 != 2 {
		reason, _ := io.ReadAll(io.LimitReader(response.Body, 1000))
		return fmt.Errorf("writing series %s: the server answers %s: %s", series, response.Status, reason)
	}
	return nil
}

func encode(series labels.Labels, samples []Sample) ([]byte, error) {
	written := prompb.TimeSeries{Labels: prompb.FromLabels(series, nil)}
	for _, sample := range samples {
		if sample.Histogram != nil {
			written.Histograms = append(written.Histograms,
				prompb.FromFloatHistogram(sample.Millis, sample.Histogram))
			continue
		}
		written.Samples = append(written.Samples,
			prompb.Sample{Timestamp: sample.Millis, Value: sample.Value})
	}
	message, err := (&prompb.WriteRequest{Timeseries: []prompb.TimeSeries{written}}).Marshal()
	if err != nil {
		return nil, err
	}
	return snappy.Encode(nil, message), nil
}
