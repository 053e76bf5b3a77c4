package upstream

import (
	"context"
	"io"
	"net/url"
	"slices"
	"time"

	"github.com/prometheus/common/model"
	"golang.org/x/sync/errgroup"

	"github.com/promise-slo/promise-slo-datasource/pkg/guard"
)

// LabelNames returns the names of the labels, sorted, of the series that match any
// of the matchers, such as {job="api"}, and have samples between start and end. No
// matchers means all series. Other callers may share the result; do not change it.
func (c *Client) LabelNames(ctx context.Context, matchers []string, start, end time.Time) ([]string, error) {
	return c.askLabels(ctx, "api/v1/labels", matchers, start, end)
}

// LabelValues returns the values of a label, sorted, among the series that
// match any of the matchers and have samples between start and end, as
// LabelNames has them.
func (c *Client) LabelValues(ctx context.Context, label string, matchers []string, start, end time.Time) ([]string, error) {
	return c.askLabels(ctx, "api/v1/label/"+pathName(label)+"/values", matchers, start, end)
}

// maxMatchers limits the bytes of matchers in one request: label values cannot be
// asked for with POST, and servers and proxies accept URLs of about 8,000.
const maxMatchers = 4000

// askLabels asks in as many requests as the matchers need, and returns the union of
// the answers.
func (c *Client) askLabels(ctx context.Context, path string, matchers []string, start, end time.Time) ([]string, error) {
	batches := batchTexts(matchers, maxMatchers)
	answers := make([][]string, len(batches))
	group, ctx := errgroup.WithContext(ctx)
	for i, some := range batches {
		r := request{path: path, get: true, params: url.Values{
			"match[]": some,
			"start":   {seconds(start.UnixMilli())},
			"end":     {seconds(end.UnixMilli())},
		}}
		group.Go(guard.Func(func() (err error) {
			answers[i], err = shareFlight(ctx, c, r.key(), func(ctx context.Context) ([]string, error) {
				return fetch(ctx, c, r, decodeTexts)
			})
			return err
		}))
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	if len(answers) == 1 {
		return answers[0], nil
	}
	all := slices.Concat(answers...)
	slices.Sort(all)
	return slices.Compact(all), nil
}

// batchTexts splits texts so that each batch, encoded in a URL, is no longer than
// the limit, but at least one text. There is at least one batch.
func batchTexts(texts []string, limit int) [][]string {
	batches := [][]string{nil}
	room := limit
	for _, text := range texts {
		length := len(url.QueryEscape(text))
		last := len(batches) - 1
		if length > room && len(batches[last]) > 0 {
			batches, last, room = append(batches, nil), last+1, limit
		}
		batches[last] = append(batches[last], text)
		room -= length
	}
	return batches
}

// pathName returns names that are not plain as Prometheus 3 expects them in a path:
// https://prometheus.io/docs/prometheus/latest/querying/api/#querying-label-values
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
