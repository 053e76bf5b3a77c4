package frame

import (
	"hash/fnv"
	"slices"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// linePalette contains the colors of lines, which Grafana's themes know. There is no
// green and no red among them: those look alike to many people, and red means trouble.
var linePalette = []string{
	"blue", "orange", "light-purple", "yellow", "super-light-blue", "dark-orange",
	"purple", "dark-yellow", "semi-dark-blue", "light-orange", "super-light-purple", "light-blue",
}

// lineColor returns the color of a subject's lines, which is the same on all panels. The
// objectives of an SLO have different ones.
func (s subject) lineColor() map[string]any {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s.slo.ID() + s.group.String()))
	i := int(h.Sum32()%uint32(len(linePalette))) + max(0, s.objectiveIndex())
	return map[string]any{"mode": "fixed", "fixedColor": linePalette[i%len(linePalette)]}
}

// objectiveIndex returns the place of the objective in the SLO.
func (s subject) objectiveIndex() int {
	return slices.IndexFunc(s.slo.Objectives, func(o slo.Objective) bool { return o.Name == s.objective.Name })
}
