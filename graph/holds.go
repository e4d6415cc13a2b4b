package graph

import "slices"

// The names under which the schema declares what it depends on whether a fact
// holds.
const (
	PhaseProperty = "phase"
	DateProperty  = "date"
)

// UnrealPhases are those of facts that hold on no day: what is only wanted or
// meant, and what was given up.
var UnrealPhases = []string{"PROPOSED", "PLANNED", "CANCELLED"}

// FactHoldsAt answers whether a fact in a phase, dated d, happened or held on a
// day: NO in [UnrealPhases], otherwise as [PartialDate.HoldsAt] has it.
func FactHoldsAt(phase string, d PartialDate, day string) Holds {
	if slices.Contains(UnrealPhases, phase) {
		return HoldsNo
	}
	return d.HoldsAt(day)
}
