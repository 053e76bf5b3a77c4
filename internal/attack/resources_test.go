package attack_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// validateWithin is the most that the validation of any text may take.
const validateWithin = 5 * time.Second

// resources are attacks of what editors ask for, and of what the definitions are
// read from.
var resources = []attack{
	validation("a sum of 1,001 different terms", "a"+numbered(1000, "+a%d")),
	validation("a sum of 100,000 terms", "a"+strings.Repeat("+a", 100_000)),
	validation("a sum of 100,000 different terms", "a"+numbered(100_000, "+a%d")),
	validation("a million parentheses", strings.Repeat("(", 1_000_000)+"a"+strings.Repeat(")", 1_000_000)),
	validation("a million open parentheses", strings.Repeat("(", 1_000_000)),
	validation("a million minus signs", strings.Repeat("-", 1_000_000)+"a"),
	validation("4 MiB of one query", "sum(a{"+numbered(250_000, `b%d!="",`)+"})"),
	validation("4 MiB of one name", strings.Repeat("a", 4<<20)),
	validation("100,000 nested calls", strings.Repeat("sum(", 100_000)+"a"+strings.Repeat(")", 100_000)),
	validation("100,000 alternatives", "sum(a{b=~\""+numbered(100_000, "x%d|")+"\"})"),
	{name: "bodies of any size", requests: 100, send: func(a *assault) {
		for _, text := range []string{"#", "a: ", "- ", "---\n", "{", "\x00"} {
			for _, size := range []int{4<<20 + len(text), 6 << 20} {
				answer := a.call(a.Context(), http.MethodPost, "validate", bytes.Repeat([]byte(text), size/len(text)))
				if answer == nil || answer.Status != http.StatusBadRequest {
					a.Errorf("%d bytes are answered with %+v, want a refusal", size, answer)
				}
			}
		}
		for _, path := range []string{"slos", "labels", "server", "eventlabels", "preview?slo=" + known, "secrets"} {
			a.call(a.Context(), http.MethodGet, path, bytes.Repeat([]byte("#"), 6<<20))
		}
	}},
	{name: "4 MiB of anchors in one line", requests: none, send: func(a *assault) {
		for _, text := range []string{"&a [*a]", "&a ", "!a ", `""`} {
			atOnce(8, func(int) {
				a.call(a.Context(), http.MethodPost, "validate", bytes.Repeat([]byte(text), 4<<20/len(text)))
			})
		}
	}},
	{name: "parameters of any size", requests: 200, send: func(a *assault) {
		long, many := strings.Repeat("a", 1<<20), url.Values{}
		for i := range 20_000 {
			many.Add("match[]", fmt.Sprintf(`a{b="%d"}`, i))
			many.Add("url", fmt.Sprintf("http://h%d", i))
		}
		for _, path := range []string{
			"slos?slos=" + long, "services?slos=%7B" + long, "gate?action=" + long, "gate?action=deploy&slos=" + long, "badge?slos=" + long, "badge?label=" + long + "&slos=" + known, "badge?show=" + long + "&slos=" + known, "badge?objective=" + long + "&slos=" + known, "preview?slo=" + long, "preview?slo=" + known + "&window=" + long,
			"preview?slo=" + known + "&window=292y", "labels/" + long + "/values", "labels/code/values?match[]=" + long, "labels/a%2Fb/values",
			"labels/code/values?" + many.Encode(), "server?" + many.Encode(), "eventlabels?slos=" + url.QueryEscape(`{service=~"`+strings.Repeat("(a+)+", 1000)+`"}`),
		} {
			a.call(a.Context(), http.MethodGet, path, nil)
		}
	}},
	{name: "a FIFO in the place of definitions", requests: 100, within: 5 * time.Second, send: replaceByFIFO},
}

func numbered(n int, format string) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, format, i)
	}
	return text.String()
}

// validation has a definition with a query checked, and asked.
func validation(name, expr string) attack {
	return attack{name: "validate " + name, requests: none, within: validateWithin, send: func(a *assault) {
		text := strings.ReplaceAll(sloOf("long", "1", "m", ""), "sum(m{})", strings.ReplaceAll(expr, "'", "''"))
		answer := a.call(a.Context(), http.MethodPost, "validate", []byte(text))
		if answer == nil {
			a.Fatal("there is no answer")
		}
		if answer.Status == http.StatusOK && len(answer.Body) > 1<<20 {
			a.Errorf("the answer has %d bytes", len(answer.Body))
		}
		atOnce(8, func(int) { a.call(a.Context(), http.MethodPost, "validate", []byte(text)) })
	}}
}

// replaceByFIFO puts what nobody writes to, or what never ends, where a
// definition was.
func replaceByFIFO(a *assault) {
	path := filepath.Join(a.ground.root, "shop.yaml")
	write := func() {
		if err := os.WriteFile(path, []byte(sloOf("s000", "1", "requests_total", `service="s000"`)), 0o600); err != nil {
			a.Fatal(err)
		}
	}
	odd := map[string]func() error{
		"a FIFO":                   func() error { return unix.Mkfifo(path, 0o600) },
		"a link to what is random": func() error { return os.Symlink("/dev/urandom", path) },
		"a link to itself":         func() error { return os.Symlink(path, path) },
		"a folder":                 func() error { return os.Mkdir(path, 0o700) },
		"a file of 8 GiB":          func() error { return sparse(path, 8<<30) },
	}
	for name, replace := range odd {
		write()
		// A data source that is new reads at once.
		a.source = a.ground.source(a.T, a.ground.proxy.URL, map[string]any{"definitions": map[string]string{"source": "folder"}})
		if answers := a.ask(a.Context(), query("status", nil)); answers == nil || answers[0].Error != nil {
			a.Errorf("before %s: %+v", name, answers)
		}
		if err := os.Remove(path); err != nil {
			a.Fatal(err)
		}
		if err := replace(); err != nil {
			a.Fatal(err)
		}
		a.source = a.ground.source(a.T, a.ground.proxy.URL, map[string]any{"definitions": map[string]string{"source": "folder"}})
		atOnce(4, func(int) {
			if answers := a.ask(a.Context(), query("status", nil)); answers == nil {
				a.Errorf("%s hides all", name)
			}
			a.call(a.Context(), http.MethodGet, "slos", nil)
		})
		if err := os.Remove(path); err != nil {
			a.Fatal(err)
		}
	}
}

// sparse makes a file that has a size and takes no room.
func sparse(path string, size int64) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = f.Seek(size-1, io.SeekStart)
	if err == nil {
		_, err = f.Write([]byte{0})
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}
