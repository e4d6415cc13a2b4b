package telemetry

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"time"
)

// Logging says how the log is written.
type Logging struct {
	LogLevel  slog.Level `env:"COMPANYGRAPH_LOG_LEVEL" default:"info" placeholder:"LEVEL" help:"Lowest level to log: debug, info, warn or error (default ${default})." group:"monitoring"`
	LogFormat string     `env:"COMPANYGRAPH_LOG_FORMAT" default:"text" enum:"text,json" placeholder:"FORMAT" help:"Format of the log: text or json (default ${default})." group:"monitoring"`
}

// Start makes the log what everything in the program writes to. Warnings and
// errors are written at once, with all that is before them, other lines soon.
// What it returns writes those that are left.
func (l Logging) Start(to io.Writer) (flush func()) {
	lines := &lineBuffer{to: to}
	options := &slog.HandlerOptions{Level: l.LogLevel}
	var handler slog.Handler = slog.NewTextHandler(lines, options)
	if l.LogFormat == "json" {
		handler = slog.NewJSONHandler(lines, options)
	}
	slog.SetDefault(slog.New(promptHandler{handler, lines}))
	// There is nobody left to tell that the log cannot be written.
	return func() { _ = lines.flush() }
}

// promptHandler has warnings and errors written at once.
type promptHandler struct {
	slog.Handler
	lines *lineBuffer
}

// Handle implements slog.Handler.
func (h promptHandler) Handle(ctx context.Context, r slog.Record) error {
	err := h.Handler.Handle(ctx, r)
	if r.Level >= slog.LevelWarn {
		err = errors.Join(err, h.lines.flush())
	}
	return err
}

// WithAttrs implements slog.Handler.
func (h promptHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return promptHandler{h.Handler.WithAttrs(attrs), h.lines}
}

// WithGroup implements slog.Handler.
func (h promptHandler) WithGroup(name string) slog.Handler {
	return promptHandler{h.Handler.WithGroup(name), h.lines}
}

// How many bytes of the log wait to be written, and for how long: writing each
// line takes longer than making it.
const (
	waitingLines = 32 << 10
	lineDelay    = 200 * time.Millisecond
)

// lineBuffer writes lines together. Unlike bufio.Writer it goes on after an
// error, such as that of a full disk; only what could not be written is lost.
type lineBuffer struct {
	to    io.Writer
	lock  sync.Mutex
	lines []byte
	due   *time.Timer
}

// Write implements io.Writer.
func (b *lineBuffer) Write(line []byte) (int, error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	switch {
	case b.due == nil:
		b.due = time.AfterFunc(lineDelay, func() { _ = b.flush() })
	case len(b.lines) == 0:
		b.due.Reset(lineDelay)
	}
	b.lines = append(b.lines, line...)
	if len(b.lines) < waitingLines {
		return len(line), nil
	}
	return len(line), b.write()
}

func (b *lineBuffer) flush() error {
	b.lock.Lock()
	defer b.lock.Unlock()
	return b.write()
}

func (b *lineBuffer) write() error {
	if len(b.lines) == 0 {
		return nil
	}
	_, err := b.to.Write(b.lines)
	b.lines = b.lines[:0]
	return err
}
