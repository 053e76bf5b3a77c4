package plugin

import (
	"fmt"
	"sync/atomic"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/promise-slo/promise-slo-datasource/pkg/wire"
)

// maxLoad limits the bytes of the large requests of all data sources that are
// being answered.
const maxLoad = 16 << 20

// load counts the bytes of the large requests that are being answered.
type load struct{ bytes atomic.Int64 }

// processLoad counts the requests of all data sources.
var processLoad load

// take counts a request of a size until leave is called. It refuses one that is too
// much at present: to wait would be to hold it.
func (l *load) take(size int) (leave func(), err error) {
	if size < wire.Large {
		return func() {}, nil
	}
	leave = func() { l.bytes.Add(-int64(size)) }
	if l.bytes.Add(int64(size)) > max(maxLoad, int64(size)) {
		leave()
		return nil, &busyError{fmt.Sprintf("requests of %d MiB are being answered already; ask again later, or in smaller requests", maxLoad>>20)}
	}
	return leave, nil
}

// sizeOf returns the bytes of all queries of a request.
func sizeOf(queries []backend.DataQuery) (n int) {
	for _, q := range queries {
		n += len(q.JSON)
	}
	return n
}
