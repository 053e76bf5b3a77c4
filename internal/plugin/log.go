package plugin

import (
	"io"
	"sync"
)

// logTail keeps the end of what is written to it, and passes all of it on.
type logTail struct {
	mu   sync.Mutex
	all  io.Writer
	text []byte
}

// tailSize limits the bytes that are kept.
const tailSize = 64 << 10

func newLogTail(all io.Writer) *logTail {
	if all == nil {
		all = io.Discard
	}
	return &logTail{all: all}
}

// Write implements io.Writer.
func (l *logTail) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, p...)
	if extra := len(l.text) - tailSize; extra > 0 {
		l.text = append([]byte(nil), l.text[extra:]...)
	}
	return l.all.Write(p)
}

func (l *logTail) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.text)
}
