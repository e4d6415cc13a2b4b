package commands

import (
	"context"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A receipt overwrites nothing that the load reads or writes, whatever becomes of
// the load.
func TestReceiptsOverwriteNothingInUse(t *testing.T) {
	inFolder(t)
	t.Setenv("COMPANYGRAPH_SQLITE", "g.db")
	if err := os.Symlink("firms.yaml", "link.yaml"); err != nil {
		t.Fatal(err)
	}
	const refused = ": the load reads or writes this file; name another\n"
	runSteps(t, []step{
		{"a new database", "load,--receipt,g.db,firms.yaml", statusUsage, "seed: --receipt g.db" + refused},
		{"its log", "load,--receipt,g.db-wal,firms.yaml", statusUsage, "seed: --receipt g.db-wal" + refused},
		{"load", "load,firms.yaml", statusDone, "firms: 2 created"},
		{"the database", "load,--dry-run,--receipt,./g.db,fewer.yaml", statusUsage, "seed: --receipt ./g.db" + refused},
		{"an input", "load,--receipt,fewer.yaml,fewer.yaml", statusUsage, "seed: --receipt fewer.yaml" + refused},
		{"an input by another name", "load,--receipt,link.yaml,firms.yaml", statusUsage, "seed: --receipt link.yaml" + refused},
		{"a file of a folder", "load,--receipt,good/good.yaml,good", statusUsage, "seed: --receipt good/good.yaml" + refused},
		{"a folder", "load,--receipt,good,firms.yaml", statusUsage, "seed: --receipt good: it is a folder\n"},
		{"a full disk", "load,--receipt,/dev/full,bans.yaml", statusReceipt,
			"seed: --receipt /dev/full could not be written: no space left on device; this changes nothing about what was loaded\n"},
		{"what was loaded", "datasets", statusDone, "bans "},
		{"a terminal", "load,--receipt,/dev/stdout,bans.yaml", statusDone, "bans: nothing changed"},
		{"of a refusal", "load,--receipt,r.json,place.yaml", statusProblems, "1 problem"},
	})
	if text, err := os.ReadFile("r.json"); err != nil || !strings.Contains(string(text), `"problems":[{"file":"place.yaml"`) {
		t.Errorf("the receipt is %s, %v", text, err)
	}
	if text, err := os.ReadFile("fewer.yaml"); err != nil || string(text) != testFiles["fewer.yaml"] {
		t.Errorf("the input became %s, %v", text, err)
	}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".part") {
			t.Errorf("%s was left", e.Name())
		}
	}
}

// Commands end while they wait for a pipe that nobody writes to.
func TestReadingIsInterrupted(t *testing.T) {
	inFolder(t)
	if err := syscall.Mkfifo("pipe.yaml", 0o600); err != nil {
		t.Fatal(err)
	}
	// Lets the reader that is left behind come to its end.
	defer func() {
		if pipe, err := os.OpenFile("pipe.yaml", os.O_RDWR, 0); err == nil {
			_ = pipe.Close()
		}
	}()
	for _, command := range []string{"check", "load"} {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		var out strings.Builder
		status := Run(ctx, []string{command, "pipe.yaml"}, &out, &out)
		cancel()
		if status != statusProblems || out.String() != "seed: interrupted; nothing was written\n" {
			t.Errorf("%s ended with %d and printed %q", command, status, &out)
		}
	}
}
