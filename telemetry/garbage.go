package telemetry

import (
	"os"
	"runtime/debug"
)

// garbagePercent is how much the heap grows between collections, in per cent of
// what is in use. An answer leaves much garbage and keeps nothing: with Go's
// 100, collecting takes a tenth of the time of answers; with 200 and more, many
// cores need more memory than the server should.
const garbagePercent = 150

// memoryGoal is from when on garbage is collected more often, in bytes: what
// the limits allow to be in use at once is less, and with it and what SQLite
// takes the process stays below 512 MiB.
const memoryGoal = 384 << 20

// TuneCollector makes the process collect garbage less often than Go's default
// while there is memory, and more often when there is little, unless the
// environment sets GOGC and GOMEMLIMIT. Servers call it first.
func TuneCollector() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryGoal)
	}
}
