package promql

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
)

// Identity is the same for plans that count the same events in the same groups,
// and another for others.
func (p *Plan) Identity() string {
	bad, total := p.Preview(time.Hour)
	return bad + "\n" + total + "\n" + strings.Join(p.GroupBy, ",")
}

// Fingerprint is a digest of Identity, in 16 hexadecimal digits.
func (p *Plan) Fingerprint() string {
	sum := sha256.Sum256([]byte(p.Identity()))
	return hex.EncodeToString(sum[:8])
}
