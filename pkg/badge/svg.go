package badge

import (
	"encoding/xml"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tone says in which color a message is drawn. The word is always there too.
type tone int

const (
	unknown tone = iota
	good
	neutral
	warning
	bad
)

// labelColor and those of the tones have white text on them.
const labelColor = "#3f454d"

func (t tone) color() string {
	switch t {
	case good:
		return "#1f5fa8"
	case neutral:
		return "#57606a"
	case warning:
		return "#8a4b00"
	case bad:
		return "#a3260e"
	case unknown:
	}
	return "#6639ba"
}

// Sizes in pixels.
const (
	height   = 20
	padding  = 7
	fontSize = 11
	baseline = 14
)

// maxText bounds the characters of a label or a message.
const maxText = 60

// SVG returns the badge as an image that needs nothing else.
func (b Badge) SVG() string {
	label, message := shorten(b.Label), shorten(b.Message)
	left, right := textWidth(label)+2*padding, textWidth(message)+2*padding
	var s strings.Builder
	fmt.Fprintf(&s, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" role="img" aria-label="%s">`, left+right, height, escape(label+": "+message))
	fmt.Fprintf(&s, `<title>%s</title><desc>%s</desc>`, escape(label+": "+message), escape(b.Description))
	fmt.Fprintf(&s, `<rect width="%d" height="%d" rx="3" fill="%s"/>`, left+right, height, b.tone.color())
	fmt.Fprintf(&s, `<path d="M3 0h%dv%dH3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z" fill="%s"/>`, left-3, height, labelColor)
	fmt.Fprintf(&s, `<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="%d" aria-hidden="true">`, fontSize)
	writeText(&s, label, padding)
	writeText(&s, message, left+padding)
	s.WriteString("</g></svg>\n")
	return s.String()
}

// writeText draws a text as wide as it was measured, whatever font there is.
func writeText(s *strings.Builder, text string, x int) {
	if text == "" {
		return
	}
	fmt.Fprintf(s, `<text x="%d" y="%d" textLength="%d" lengthAdjust="spacingAndGlyphs">%s</text>`, x, baseline, textWidth(text), escape(text))
}

// shorten returns a text on one line that is not too long for a badge.
func shorten(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= maxText {
		return text
	}
	return strings.TrimSpace(string([]rune(text)[:maxText-1])) + "…"
}

// textWidth returns about how wide a text is in Verdana, in pixels.
func textWidth(text string) int {
	width := 0.
	for _, r := range text {
		width += runeWidth(r)
	}
	return int(width*fontSize + 0.5)
}

// runeWidth returns the width of a character as a share of the font's size.
func runeWidth(r rune) float64 {
	switch {
	case strings.ContainsRune("iIjl.,:;|!'", r):
		return 0.36
	case strings.ContainsRune("frt()[] -/", r):
		return 0.43
	case strings.ContainsRune("mwMW%@", r):
		return 0.98
	case r > unicode.MaxLatin1:
		return 1
	case unicode.IsUpper(r):
		return 0.72
	}
	return 0.62
}

// escape returns a text as XML has it; what XML cannot hold is replaced.
func escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder never fails
	return b.String()
}
