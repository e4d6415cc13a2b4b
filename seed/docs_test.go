package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// fence finds the fenced blocks of a page: their language, their name and what
// is in them.
var fence = regexp.MustCompile("(?s)\n```(\\w+)(?: ([^\n]+))?\n(.*?\n)```\n")

// What docs/datasets.md shows is what happens: its files are written as they
// stand there, and its commands print what stands under them.
func TestWorkedExample(t *testing.T) {
	page, err := os.ReadFile("../docs/datasets.md")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	t.Setenv("SQLITE_PATH", "companygraph.db")
	blocks := fence.FindAllStringSubmatch(string(page), -1)
	for _, block := range blocks {
		if name := block[2]; name != "" {
			write(t, name, block[3])
		}
	}
	ran := 0
	for _, block := range blocks {
		if block[1] != "console" {
			continue
		}
		for call := range strings.SplitSeq("\n"+block[3], "\n$ go run ./seed ") {
			if command, want, _ := strings.Cut(call, "\n"); command != "" {
				ran++
				compareOutput(t, command, strings.TrimSuffix(want, "\n"))
			}
		}
	}
	if ran < 7 {
		t.Errorf("only %d commands were found in the page", ran)
	}
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// argument is a word of a command, or words in double quotes.
var argument = regexp.MustCompile(`"([^"]*)"|(\S+)`)

func compareOutput(t *testing.T, command, want string) {
	t.Helper()
	var args []string
	for _, found := range argument.FindAllStringSubmatch(command, -1) {
		args = append(args, found[1]+found[2])
	}
	var out strings.Builder
	run(t.Context(), args, &out, &out)
	if got := strings.TrimSuffix(out.String(), "\n"); got != want {
		t.Errorf("%s prints\n%s\nand the page shows\n%s", command, got, want)
	}
}
