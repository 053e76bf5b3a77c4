package promql

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
)

// Fingerprint is the same for plans that count the same events in the same
// groups, and another for others. It is 16 hexadecimal digits.
func (p *Plan) Fingerprint() string {
	bad, total := p.Preview(time.Hour)
	sum := sha256.Sum256([]byte(bad + "\n" + total + "\n" + strings.Join(p.GroupBy, ",")))
	return hex.EncodeToString(sum[:8])
}
