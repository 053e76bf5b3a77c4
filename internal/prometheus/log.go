package prometheus

import (
	"bufio"
	"io"
	"regexp"
	"strings"
	"sync"
)

// listening is the log line that tells the port.
var listening = regexp.MustCompile(`msg="Listening on".* address=(\S+)`)

// logTail reads a server's log: it finds its address and keeps the last lines
// for error messages.
type logTail struct {
	address chan string

	mutex sync.Mutex
	lines []string
}

func newLogTail() *logTail { return &logTail{address: make(chan string, 1)} }

func (l *logTail) read(r io.Reader) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if m := listening.FindStringSubmatch(lines.Text()); m != nil {
			select {
			case l.address <- m[1]:
			default:
			}
		}
		l.keep(lines.Text())
	}
	// A line too long to scan must not block the server.
	_, _ = io.Copy(io.Discard, r)
}

func (l *logTail) keep(line string) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.lines = append(l.lines, line)
	l.lines = l.lines[max(0, len(l.lines)-20):]
}

func (l *logTail) String() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return strings.Join(l.lines, "\n")
}
