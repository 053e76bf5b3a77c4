// Package plugin is Grafana's side of the data source: settings, queries,
// health and resources.
package plugin

import (
	"context"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/instancemgmt"
	"github.com/grafana/grafana-plugin-sdk-go/backend/resource/httpadapter"

	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// Datasource is one data source as it is configured. A change of its settings
// makes a new one, and disposes of the old one.
type Datasource struct {
	backend.CallResourceHandler

	client   *upstream.Client
	ledgers  *ledger.Store
	library  *library
	location *time.Location
	now      func() time.Time
	// fault says what is wrong with the settings; nothing else is set then.
	fault error

	life context.Context
	end  context.CancelFunc
}

var (
	_ backend.QueryDataHandler      = (*Datasource)(nil)
	_ backend.CheckHealthHandler    = (*Datasource)(nil)
	_ backend.CallResourceHandler   = (*Datasource)(nil)
	_ instancemgmt.InstanceDisposer = (*Datasource)(nil)
)

// New makes a data source. Settings that are wrong are told by CheckHealth and
// by every query, so it never fails.
func New(ctx context.Context, settings backend.DataSourceInstanceSettings) (instancemgmt.Instance, error) {
	d := &Datasource{now: time.Now}
	d.life, d.end = context.WithCancel(context.WithoutCancel(ctx))
	if err := d.configure(ctx, settings); err != nil {
		d.fault = badRequest(err.Error())
	}
	d.CallResourceHandler = httpadapter.New(d.resources())
	return d, nil
}

func (d *Datasource) configure(ctx context.Context, source backend.DataSourceInstanceSettings) error {
	settings, err := readSettings(source.JSONData)
	if err != nil {
		return err
	}
	if d.location, err = settings.location(); err != nil {
		return err
	}
	if d.client, err = connect(ctx, source, settings); err != nil {
		return err
	}
	d.ledgers = ledger.NewStore(d.client, ledger.Options{Settle: time.Duration(settings.Settle)})
	logger := backend.Logger.FromContext(ctx)
	go d.ledgers.KeepUp(d.life, func(err error) { logger.Warn("Asking again for what was not known failed", "error", err) })
	d.library = newLibrary(settings.Definitions, allowedRoot(ctx), d.now)
	return nil
}

// Dispose ends what is running, and closes the connections to the server.
func (d *Datasource) Dispose() {
	d.end()
	if d.client != nil {
		d.client.Close()
	}
}

// during is a context that ends with ctx or with the data source.
func (d *Datasource) during(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	release := context.AfterFunc(d.life, cancel)
	return ctx, func() { release(); cancel() }
}
