package main

import (
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
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
		Gigabytes: megabytes("/proc/meminfo", "MemTotal") / 1000, Go: runtime.Version(), LoadBefore: loadAverage(),
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

// megabytes reads a figure from a file of /proc in which each line is a name,
// a number and kB, which stands for 1024 bytes; 0 where there is none.
func megabytes(path, name string) float64 {
	b, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		fields := strings.Fields(line)
		if len(fields) == 3 && fields[0] == name+":" {
			n, _ := strconv.ParseFloat(fields[1], 64)
			return n * 1024 / 1e6
		}
	}
	return 0
}
