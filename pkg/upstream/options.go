package upstream

import (
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Options configures a Client. Only URL is needed.
type Options struct {
	// The address below which the server has /api/v1, such as http://localhost:9090
	// or https://mimir.example.com/prometheus. User information in it is sent as
	// basic authentication, its query as Params.
	URL string
	// HTTPClient carries authentication, TLS and proxies; nil means a client
	// without any. It must be for one identity, since concurrent callers with the
	// same query share one answer.
	HTTPClient *http.Client
	// Concurrency limits the requests at a time, over all calls; 0 means 8. Some
	// are kept for higher priorities, see WithPriority. The trivial query that
	// finds out whether the server answers at all does not count.
	Concurrency int
	// MaxPoints limits the points per series of one request; 0 means 11,000, which
	// is Prometheus' limit.
	MaxPoints int
	// MaxRange limits the time of one request, such as Mimir's maximum query
	// length, including what the expression reads before its first time; 0 means no
	// limit.
	MaxRange time.Duration
	// Timeout limits one request with all attempts at it, from when it is first
	// sent; 0 means 60 s.
	Timeout time.Duration
	// MaxResponse limits the bytes of one response, after decompression; 0 means
	// 256 MiB.
	MaxResponse int64
	// Memory bounds all answers that are being read at a time; nil means a budget
	// that all clients of the process without one share: a quarter of GOMEMLIMIT,
	// or 512 MiB without that.
	Memory *MemoryBudget
	// Params are sent with every request, such as dedup=true for Thanos. They
	// go before those that the client sends by itself: partial_response,
	// deny_partial_response, max_source_resolution and nocache.
	Params url.Values
	// Stats asks the server to count the samples it touches.
	Stats bool
}

const (
	defaultConcurrency = 8
	defaultMaxPoints   = 11_000
	defaultTimeout     = 60 * time.Second
	defaultMaxResponse = 256 << 20
)

func (o Options) withDefaults() Options {
	o.Concurrency = positive(o.Concurrency, defaultConcurrency)
	o.MaxPoints = positive(o.MaxPoints, defaultMaxPoints)
	o.Timeout = positive(o.Timeout, defaultTimeout)
	o.MaxResponse = positive(o.MaxResponse, defaultMaxResponse)
	if o.Memory == nil {
		o.Memory = processMemory()
	}
	return o
}

func positive[T int | int64 | time.Duration](value, otherwise T) T {
	if value > 0 {
		return value
	}
	return otherwise
}

// server holds the address of the API.
type server struct {
	// The address without user information, query and fragment.
	address *url.URL
	user    *url.Userinfo
	params  url.Values
}

// parseServer returns the server at an address. Its error does not say what is
// wrong with an address that cannot be parsed: the parser's error quotes it, and it
// may contain a password.
func parseServer(address string) (server, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return server{}, &Error{
			Kind:    Unreachable,
			Message: "the server's address is not a URL that starts with http:// or https://",
			Hint:    "Write it like https://prometheus.example.com/prefix, with special characters of a password percent-encoded",
		}
	}
	clean := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}
	return server{address: clean, user: u.User, params: u.Query()}, nil
}

// ServesAddress reports whether an address leads to the client's server, whatever
// credentials and parameters either has.
func (c *Client) ServesAddress(address string) bool {
	other, err := parseServer(address)
	return err == nil && normalAddress(other.address) == normalAddress(c.server.address)
}

// normalAddress returns the same for addresses that lead to the same place.
func normalAddress(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return u.Scheme + "://" + net.JoinHostPort(strings.ToLower(u.Hostname()), port) + strings.TrimRight(u.EscapedPath(), "/")
}
