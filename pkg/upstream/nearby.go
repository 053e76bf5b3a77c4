package upstream

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// isNearby reports whether a host is probably so close that compressing an answer
// takes longer than sending it: this machine, a private address, or a name that
// only a private network resolves. A server takes longer to compress a month of a
// counter than to find it.
func isNearby(host string) bool {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast()
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	return !strings.Contains(host, ".") || slices.ContainsFunc([]string{".svc", ".local", ".internal", ".localhost"},
		func(suffix string) bool { return strings.HasSuffix(host, suffix) })
}

// decompress returns a response's body, uncompressed even if the server compressed
// it unasked.
func decompress(response *http.Response) (io.Reader, error) {
	if response.Header.Get("Content-Encoding") != "gzip" {
		return response.Body, nil
	}
	return gzip.NewReader(response.Body)
}
