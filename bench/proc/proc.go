// Package proc reads what Linux tells of memory under /proc.
package proc

import (
	"os"
	"strconv"
	"strings"
)

// Megabytes reads a figure from a file in which each line is a name, a number
// and kB, which stands for 1024 bytes; 0 where there is none.
func Megabytes(path, name string) float64 {
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
