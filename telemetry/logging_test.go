package telemetry_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"companygraph/telemetry"
)

// disk is where a log goes; it can be full. What is written arrives in pieces.
type disk struct {
	lock   sync.Mutex
	full   bool
	pieces []string
}

// Write implements io.Writer.
func (d *disk) Write(piece []byte) (int, error) {
	d.lock.Lock()
	defer d.lock.Unlock()
	if d.full {
		return 0, errors.New("no space left on device")
	}
	d.pieces = append(d.pieces, string(piece))
	return len(piece), nil
}

func (d *disk) is(full bool) {
	d.lock.Lock()
	defer d.lock.Unlock()
	d.full = full
}

// messages are those of each piece, which are whole lines.
func (d *disk) messages(t *testing.T) [][]string {
	t.Helper()
	d.lock.Lock()
	defer d.lock.Unlock()
	var all [][]string
	for _, piece := range d.pieces {
		lines, whole := strings.CutSuffix(piece, "\n")
		if !whole {
			t.Errorf("%q ends in the middle of a line", piece)
		}
		var messages []string
		for line := range strings.SplitSeq(lines, "\n") {
			_, message, _ := strings.Cut(line, "msg=")
			messages = append(messages, message)
		}
		all = append(all, messages)
	}
	return all
}

// startLog has the log written to a disk until the test ends.
func startLog(t *testing.T, logging telemetry.Logging) (d *disk, flush func()) {
	t.Helper()
	before := slog.Default()
	d = &disk{}
	flush = logging.Start(d)
	t.Cleanup(func() { slog.SetDefault(before) })
	return d, flush
}

func expectPieces(t *testing.T, d *disk, want ...string) {
	t.Helper()
	var got []string
	for _, messages := range d.messages(t) {
		got = append(got, strings.Join(messages, ","))
	}
	if strings.Join(got, ";") != strings.Join(want, ";") {
		t.Errorf("written: %q, want %q", got, want)
	}
}

func TestLinesAreWrittenTogether(t *testing.T) {
	d, flush := startLog(t, telemetry.Logging{})
	slog.Info("a")
	slog.Info("b")
	slog.With("k", 1).WithGroup("g").Warn("c") // with its attributes, at once
	slog.Info("d")
	slog.Debug("left out")
	flush()
	flush()
	expectPieces(t, d, "a,b,c k=1", "d")
}

func TestLinesAreWrittenSoon(t *testing.T) {
	d, _ := startLog(t, telemetry.Logging{})
	for round := 1; round <= 2; round++ {
		slog.Info("a")
		for end := time.Now().Add(10 * time.Second); len(d.messages(t)) < round; time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("not written in 10 s")
			}
		}
	}
	expectPieces(t, d, "a", "a")
}

// A full buffer does not wait, and cuts no line.
func TestManyLinesAreWrittenAtOnce(t *testing.T) {
	d, flush := startLog(t, telemetry.Logging{LogFormat: "json"})
	var wait sync.WaitGroup
	const writers, each = 8, 500
	for range writers {
		wait.Go(func() {
			for range each {
				slog.Info("a", "text", strings.Repeat("x", 100))
			}
		})
	}
	wait.Wait()
	flush()
	d.lock.Lock()
	defer d.lock.Unlock()
	all := strings.Join(d.pieces, "")
	if lines := strings.Count(all, "\n"); lines != writers*each || len(d.pieces) < 10 {
		t.Errorf("%d lines in %d pieces", lines, len(d.pieces))
	}
	for line := range bytes.Lines([]byte(all)) {
		if !bytes.HasPrefix(line, []byte(`{"time":`)) || !bytes.HasSuffix(line, []byte("x\"}\n")) {
			t.Fatalf("cut: %q", line)
		}
	}
}

func TestLogGoesOnAfterAFullDisk(t *testing.T) {
	d, flush := startLog(t, telemetry.Logging{})
	d.is(true)
	slog.Error("lost")
	d.is(false)
	slog.Info("b")
	flush()
	expectPieces(t, d, "b")
}
