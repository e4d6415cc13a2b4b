package main

import (
	"os"
	"regexp"
	"runtime"
	"strings"

	"companygraph/bench/proc"
)

// machine says where a run took place. What the system does not tell is empty.
type machine struct {
	System     string  `json:"system"`
	Processor  string  `json:"processor"`
	Cores      int     `json:"cores"`
	Gigabytes  float64 `json:"gigabytes"`
	Go         string  `json:"go"`
	LoadBefore string  `json:"loadBefore"`
	LoadAfter  string  `json:"loadAfter"`
}

func thisMachine() machine {
	return machine{
		System: runtime.GOOS + "/" + runtime.GOARCH, Processor: processor(), Cores: runtime.NumCPU(),
		Gigabytes: proc.Megabytes("/proc/meminfo", "MemTotal") / 1000, Go: runtime.Version(), LoadBefore: loadAverage(),
	}
}

var modelName = regexp.MustCompile(`(?m)^model name\s*: (.+)$`)

func processor() string {
	b, err := os.ReadFile("/proc/cpuinfo")
	if found := modelName.FindSubmatch(b); err == nil && found != nil {
		return string(found[1])
	}
	return ""
}

// loadAverage is that of the last minute.
func loadAverage() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	first, _, _ := strings.Cut(string(b), " ")
	return first
}
