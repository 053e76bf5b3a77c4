package upstream

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// near says whether a host is likely to be so close that compressing an answer
// takes longer than sending it: this machine, a private address, or a name that
// only a private network resolves. A server spends more time on compressing a
// month of a counter than on finding it.
func near(host string) bool {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast()
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	return !strings.Contains(host, ".") || slices.ContainsFunc([]string{".svc", ".local", ".internal", ".localhost"},
		func(suffix string) bool { return strings.HasSuffix(host, suffix) })
}

// plain is a response's body, uncompressed even if the server compressed it
// without being asked to.
func plain(response *http.Response) (io.Reader, error) {
	if response.Header.Get("Content-Encoding") != "gzip" {
		return response.Body, nil
	}
	return gzip.NewReader(response.Body)
}
