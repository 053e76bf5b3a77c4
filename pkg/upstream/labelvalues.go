package upstream

import (
	"context"
	"io"
	"net/url"
	"time"

	"github.com/prometheus/common/model"
)

// LabelValues are the values of a label, sorted, among the series that match
// any of the matchers, such as {job="api"}, and have samples between start and
// end. No matchers means all series. The result may be shared with other
// callers and must not be changed.
func (c *Client) LabelValues(ctx context.Context, label string, matchers []string, start, end time.Time) ([]string, error) {
	r := request{
		path: "api/v1/label/" + pathName(label) + "/values",
		params: url.Values{
			"match[]": matchers,
			"start":   {seconds(start.UnixMilli())},
			"end":     {seconds(end.UnixMilli())},
		},
		get: true,
	}
	return share(ctx, c, r.question(), func(ctx context.Context) ([]string, error) {
		return fetch(ctx, c, r, decodeTexts)
	})
}

// pathName writes names that are not plain as Prometheus 3 wants them in a
// path: https://prometheus.io/docs/prometheus/latest/querying/api/#querying-label-values
func pathName(label string) string {
	if model.LegacyValidation.IsValidLabelName(label) {
		return label
	}
	return model.EscapeName(label, model.ValueEncodingEscaping)
}

func decodeTexts(body io.Reader) (list []string, err error) {
	_, err = decodeEnvelope(body, func(d *decoder) (err error) {
		list, err = d.texts()
		return err
	})
	return list, err
}
