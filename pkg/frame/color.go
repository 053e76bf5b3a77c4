package frame

import "hash/fnv"

// linePalette contains the colors of lines, which Grafana's themes know. There is no
// green and no red among them: those look alike to many people, and red means trouble.
var linePalette = []string{
	"blue", "orange", "light-purple", "yellow", "super-light-blue", "dark-orange",
	"purple", "dark-yellow", "semi-dark-blue", "light-orange", "super-light-purple", "light-blue",
}

// lineColor returns the color of a subject's lines, which is the same on all panels.
func (s subject) lineColor() map[string]any {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s.slo.ID() + "\x00" + s.objective.Name + "\x00" + s.group.String()))
	return map[string]any{"mode": "fixed", "fixedColor": linePalette[h.Sum32()%uint32(len(linePalette))]}
}
