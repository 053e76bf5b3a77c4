// Package plugin serves the data source to Grafana: settings, queries, health checks
// and resources.
package plugin

import (
	"context"
	"sync"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/instancemgmt"
	"github.com/grafana/grafana-plugin-sdk-go/backend/resource/httpadapter"

	"github.com/promise-slo/promise-slo-datasource/pkg/catalog"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// Datasource serves one data source as it is configured. When its settings change,
// Grafana makes a new one and disposes of the old one.
type Datasource struct {
	backend.CallResourceHandler

	client  *upstream.Client
	ledgers *ledger.Store
	library *catalog.Library
	// forecasts remembers what may come of the budgets.
	forecasts *forecasts
	// definitions contains the settings that the library follows.
	definitions DefinitionSettings
	location    *time.Location
	limits      Limits
	// slots limits how many resources are answered at a time.
	slots chan struct{}
	// validationSlots limits how many texts are checked at a time, each of which
	// takes a processor, and up to some hundred MiB.
	validationSlots chan struct{}
	// queueWait limits how long a resource waits for a slot.
	queueWait time.Duration
	now       func() time.Time
	// fault says what is wrong with the settings. Nothing else is set then.
	fault error

	lifetime context.Context
	end      context.CancelFunc
}

var (
	_ backend.QueryDataHandler      = (*Datasource)(nil)
	_ backend.CheckHealthHandler    = (*Datasource)(nil)
	_ backend.CallResourceHandler   = (*Datasource)(nil)
	_ instancemgmt.InstanceDisposer = (*Datasource)(nil)
)

// Factory returns a constructor of data sources. Their ledgers share the memory that
// the administrator allows.
func Factory() func(context.Context, backend.DataSourceInstanceSettings) (instancemgmt.Instance, error) {
	return factory(time.Now)
}

func factory(now func() time.Time) func(context.Context, backend.DataSourceInstanceSettings) (instancemgmt.Instance, error) {
	var mu sync.Mutex
	var memory *ledger.Memory
	allowed := func(ctx context.Context) (*ledger.Memory, error) {
		mu.Lock()
		defer mu.Unlock()
		if memory == nil {
			if _, err := RequestSize(); err != nil {
				return nil, err
			}
			bytes, err := allowedMemory(ctx)
			if err != nil {
				return nil, err
			}
			memory = ledger.NewMemory(bytes)
		}
		return memory, nil
	}
	return func(ctx context.Context, settings backend.DataSourceInstanceSettings) (instancemgmt.Instance, error) {
		memory, err := allowed(ctx)
		return newDatasource(ctx, settings, shared{now: now, memory: memory, fault: err}), nil
	}
}

// shared contains what all data sources of a process have in common.
type shared struct {
	now    func() time.Time
	memory *ledger.Memory
	// fault says what is wrong with the administrator's settings.
	fault error
}

// newDatasource returns a data source. CheckHealth and every query report what is
// wrong with its settings or with the shared ones.
func newDatasource(ctx context.Context, settings backend.DataSourceInstanceSettings, s shared) *Datasource {
	d := &Datasource{now: s.now, forecasts: newForecasts(), limits: defaultLimits(), queueWait: 5 * time.Second}
	d.lifetime, d.end = context.WithCancel(context.WithoutCancel(ctx))
	fault := s.fault
	if fault == nil {
		fault = d.configure(ctx, settings, s.memory)
	}
	if fault != nil {
		d.fault = badRequest(fault.Error())
	}
	d.slots = make(chan struct{}, d.limits.Resources)
	d.validationSlots = make(chan struct{}, min(maxValidations, d.limits.Resources))
	d.CallResourceHandler = httpadapter.New(d.resources())
	return d
}

func (d *Datasource) configure(ctx context.Context, source backend.DataSourceInstanceSettings, memory *ledger.Memory) error {
	settings, err := readSettings(source.JSONData)
	if err != nil {
		return err
	}
	if d.location, err = settings.location(); err != nil {
		return err
	}
	d.limits = settings.Limits
	if d.client, err = connect(ctx, source, settings); err != nil {
		return err
	}
	d.ledgers = ledger.NewStore(d.client, ledger.Options{
		Settle: time.Duration(settings.Settle), MaxGroups: settings.Limits.Groups, Memory: memory, Now: d.now,
	})
	logger := backend.Logger.FromContext(ctx)
	go d.ledgers.RunMaintenance(d.lifetime, func(err error) {
		logger.Warn("Asking again for what was not known failed", "error", err)
		logPanic(ctx, err)
	})
	go d.ledgers.RunHistory(d.lifetime, func(err error) {
		logger.Info("History for forecasts could not be filled", "error", err)
		logPanic(ctx, err)
	})
	d.definitions = settings.Definitions
	d.library = catalog.NewLibrary(settings.Definitions.source(allowedRoot(ctx)), d.now)
	return nil
}

// Dispose ends what is running, and closes the connections to the server.
func (d *Datasource) Dispose() {
	d.end()
	d.forecasts.stop()
	if d.ledgers != nil {
		d.ledgers.Close()
	}
	if d.client != nil {
		d.client.Close()
	}
}

// withLifetime returns a context that ends with ctx or with the data source.
func (d *Datasource) withLifetime(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	release := context.AfterFunc(d.lifetime, cancel)
	return ctx, func() { release(); cancel() }
}
