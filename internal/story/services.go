package story

// service describes a service of the story.
type service struct {
	// The service's name, also in SLOs and incidents.
	job    string
	metric string
	// The mean number of requests a second, of all instances.
	rate float64
	// How the rate follows the day and the week.
	rhythm rhythm
	// The name of the label with the outcome, ok its good value.
	code, ok string
	// What requests usually fail with.
	faults []fault
	// Values of the label route with their shares of the requests.
	// A route without a name leaves the label out.
	routes []route
	// How long requests take; nil if that is not measured.
	latency *latency
	// The name of a recorded series with the error ratio of the
	// last five minutes; empty for none.
	recorded string
	// The number of days from deploy to deploy.
	deploys float64
	// lastQuarter says that the history covers all of the previous calendar
	// quarter.
	lastQuarter bool
}

// fault describes the share of requests that end with a code.
type fault struct {
	code  string
	ratio float64
}

type route struct {
	name  string
	share float64
}

// everything stands for the only route of services that have no label for it.
var everything = []route{{share: 1}}

// instances says how many instances a service has.
const instances = 2

var services = []service{
	{
		job: "checkout", metric: "http_requests_total", rate: 12, rhythm: shopping, deploys: 4.3,
		code: "code", ok: "200", faults: []fault{{"500", 0.0001}, {"404", 0.004}},
		routes: []route{{"/pay", 0.4}, {"/cart", 0.6}},
	},
	{
		job: "ledger-api", metric: "grpc_server_handled_total", rate: 8, rhythm: office, deploys: 9.1,
		code: "grpc_code", ok: "OK", faults: []fault{{"Unavailable", 0.00008}}, routes: everything, lastQuarter: true,
	},
	{
		job: "search", metric: "http_requests_total", rate: 40, rhythm: shopping, deploys: 2.7,
		code: "code", ok: "200", faults: []fault{{"500", 0.0004}}, routes: everything,
		latency: &latency{metric: "http_request_duration_seconds", median: 0.08, spread: 0.45, bounds: classicBounds},
	},
	{
		job: "images", metric: "http_requests_total", rate: 60, rhythm: shopping, deploys: 6.2,
		code: "code", ok: "200", faults: []fault{{"502", 0.001}}, recorded: "job:http_errors:ratio_rate5m",
		routes: []route{{"/thumbnail", 0.7}, {"/full", 0.3}},
	},
	{
		job: "login", metric: "login_attempts_total", rate: 5, rhythm: office, deploys: 7.4,
		code: "result", ok: "ok", faults: []fault{{"error", 0.0006}}, routes: everything,
		latency: &latency{metric: "login_duration_seconds", median: 0.12, spread: 0.5},
	},
	{
		job: "notifications", metric: "notifications_sent_total", rate: 4.0 / 3600, rhythm: daytime, deploys: 12.5,
		code: "outcome", ok: "delivered", faults: []fault{{"failed", 0.02}}, routes: everything,
	},
}
