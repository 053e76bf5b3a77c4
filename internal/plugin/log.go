package plugin

import "sync"

// logTail keeps the end of what is written to it.
type logTail struct {
	mu   sync.Mutex
	text []byte
}

// logged is how many bytes are kept.
const logged = 64 << 10

func newLogTail() *logTail { return &logTail{} }

// Write implements io.Writer.
func (l *logTail) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, p...)
	if extra := len(l.text) - logged; extra > 0 {
		l.text = append([]byte(nil), l.text[extra:]...)
	}
	return len(p), nil
}

func (l *logTail) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.text)
}
