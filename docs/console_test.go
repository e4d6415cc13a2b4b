package docs_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// shownAddress is where a server listens by default, and in the documents.
const shownAddress = "127.0.0.1:8080"

// programs are the built programs, by how the documents call them.
var programs = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "companygraph-docs")
	if err != nil {
		return "", err
	}
	build := exec.Command("go", "build", "-o", folder+string(filepath.Separator), ".", "./seed")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return "", &buildError{string(out)}
	}
	return folder, nil
})

type buildError struct{ output string }

func (e *buildError) Error() string { return e.output }

func TestMain(m *testing.M) {
	code := m.Run()
	if folder, err := programs(); err == nil {
		_ = os.RemoveAll(folder)
	}
	os.Exit(code)
}

// console runs the commands of one page.
type console struct {
	t *testing.T
	// folder is the working directory, programs where they are.
	folder, programs string
	// address is that of the server the page has started, "" before.
	address string
}

// runConsole writes the files of a page and runs its commands, in order.
func runConsole(t *testing.T, p *page, blocks []*block) []change {
	t.Helper()
	var c *console
	var changes []change
	for _, b := range blocks {
		if b.language != "console" {
			continue
		}
		if c == nil {
			c = newConsole(t, blocks)
		}
		shown := ""
		for _, call := range calls(t, b) {
			shown += "$ " + call.command + "\n" + c.run(call)
		}
		switch {
		case shown == b.content:
		case *update:
			changes = append(changes, change{b.start, b.stop, shown})
		default:
			t.Errorf("%s:%d: the commands print\n%s", p.path, p.line(b.start), shown)
		}
	}
	return changes
}

func newConsole(t *testing.T, blocks []*block) *console {
	t.Helper()
	folder, err := programs()
	if err != nil {
		t.Fatal(err)
	}
	c := &console{t: t, folder: t.TempDir(), programs: folder}
	for _, b := range blocks {
		if b.isFile() {
			c.write(b.name, b.content)
		}
	}
	return c
}

func (c *console) write(name, content string) {
	c.t.Helper()
	name = filepath.Join(c.folder, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		c.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// call is a command, and what the page says it prints.
type call struct{ command, output string }

// calls splits a block. A command goes on in the next line after a backslash.
func calls(t *testing.T, b *block) []call {
	t.Helper()
	var all []call
	for line := range strings.Lines(b.content) {
		last := len(all) - 1
		switch command, begins := strings.CutPrefix(line, "$ "); {
		case begins:
			all = append(all, call{command: strings.TrimSuffix(command, "\n")})
		case last < 0:
			t.Errorf("%s: the first line is no command", b)
		case strings.HasSuffix(all[last].command, `\`) && all[last].output == "":
			all[last].command += "\n" + strings.TrimSuffix(line, "\n")
		default:
			all[last].output += line
		}
	}
	return all
}

// run runs a command of a known kind and returns what it prints.
func (c *console) run(call call) string {
	c.t.Helper()
	server := filepath.Join(c.programs, "companygraph")
	switch {
	case call.command == "go run ." || strings.HasPrefix(call.command, "go run . --"):
		return c.serve(server, strings.Fields(strings.TrimPrefix(call.command, "go run ."))...)
	case strings.HasPrefix(call.command, "go run . "):
		return c.shell(strings.Replace(call.command, "go run .", server, 1))
	case strings.HasPrefix(call.command, "go run ./seed "):
		return c.shell(strings.Replace(call.command, "go run ./seed", filepath.Join(c.programs, "seed"), 1))
	case strings.HasPrefix(call.command, "curl ") && c.address != "":
		return c.shell(strings.ReplaceAll(call.command, shownAddress, c.address))
	case strings.HasPrefix(call.command, "curl "):
		c.t.Errorf("before %q, the page starts no server with `go run .`", call.command)
	default:
		c.t.Errorf("no test knows how to run %q", call.command)
	}
	return call.output
}

// environment keeps settings of the caller away from the programs.
func environment() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}
}

func (c *console) shell(command string) string {
	c.t.Helper()
	process := exec.CommandContext(c.t.Context(), "sh", "-c", command)
	process.Dir, process.Env = c.folder, environment()
	// The status is not looked at: a problem that is found ends with 1.
	out, err := process.CombinedOutput()
	if process.ProcessState == nil {
		c.t.Fatal(err)
	}
	shown := string(out)
	if c.address != "" {
		shown = strings.ReplaceAll(shown, c.address, shownAddress)
	}
	if shown != "" && !strings.HasSuffix(shown, "\n") {
		shown += "\n"
	}
	return shown
}

var listening = regexp.MustCompile(`http://([0-9.:]+)/graphql`)

// serve starts the server, which runs until the page is through.
func (c *console) serve(server string, flags ...string) string {
	c.t.Helper()
	out, log := filepath.Join(c.t.TempDir(), "out"), &bytes.Buffer{}
	stdout, err := os.Create(out)
	if err != nil {
		c.t.Fatal(err)
	}
	process := exec.CommandContext(c.t.Context(), server, append(flags, "--listen", "127.0.0.1:0")...)
	process.Dir, process.Env, process.Stdout, process.Stderr = c.folder, environment(), stdout, log
	if err := process.Start(); err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() {
		_ = process.Process.Kill()
		_ = process.Wait()
		_ = stdout.Close()
	})
	for range 300 {
		// It prints all it prints at once.
		printed, err := os.ReadFile(out)
		if err != nil {
			c.t.Fatal(err)
		}
		if found := listening.FindSubmatch(printed); found != nil {
			c.address = string(found[1])
			return strings.ReplaceAll(string(printed), c.address, shownAddress)
		}
		time.Sleep(100 * time.Millisecond)
	}
	_ = process.Process.Kill()
	_ = process.Wait()
	c.t.Fatalf("the server does not start: %s", log)
	return ""
}
