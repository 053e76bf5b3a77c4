package program

import (
	"bufio"
	"io"
	"strings"
	"sync"
)

// logTail keeps the last lines of a log for error messages.
type logTail struct {
	mutex sync.Mutex
	lines []string
}

// read keeps the log's lines and passes each on to watch, unless that is nil.
func (l *logTail) read(r io.Reader, watch func(line string)) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if watch != nil {
			watch(lines.Text())
		}
		l.keep(lines.Text())
	}
	// A line too long to scan must not block the program.
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
