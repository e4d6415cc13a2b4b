// Package program gives tests the program as it is built, running as a process
// of its own on a port that is free.
//
// A package that uses it ends with what was built by
//
//	func TestMain(m *testing.M) { program.Main(m) }
package program

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// The programs.
const (
	Server = "companygraph"
	Seed   = "companygraph/seed"
)

// built is where the programs are, once one was asked for, or why they are not.
var built struct {
	sync.Mutex
	folder string
	err    error
}

// Path is a program's file. All are built when the first is asked for.
func Path(name string) (string, error) {
	built.Lock()
	defer built.Unlock()
	if built.folder == "" && built.err == nil {
		built.folder, built.err = build()
	}
	return filepath.Join(built.folder, filepath.Base(name)), built.err
}

func build() (folder string, err error) {
	if folder, err = os.MkdirTemp("", "companygraph-"); err != nil {
		return "", err
	}
	// Another user may be the one that runs them.
	if err := os.Chmod(folder, 0o755); err != nil {
		return folder, err
	}
	if out, err := exec.Command("go", "build", "-o", folder+"/", Server, Seed).CombinedOutput(); err != nil {
		return folder, fmt.Errorf("go build: %w\n%s", err, out)
	}
	return folder, nil
}

// Remove removes what was built.
func Remove() {
	built.Lock()
	defer built.Unlock()
	if built.folder != "" {
		_ = os.RemoveAll(built.folder)
		built.folder = ""
	}
}

// Main runs the tests of a package and calls [Remove].
func Main(m *testing.M) {
	m.Run()
	Remove()
}

// Command is how a program is called.
type Command struct {
	// Program is its file; empty means the server.
	Program   string
	Folder    string
	Arguments []string
	// Environment is all of it; nil means that of the test.
	Environment []string
	// Credential is the user that runs it; nil means the one that runs the test.
	Credential *syscall.Credential
}

func (c Command) prepare() (*exec.Cmd, error) {
	if c.Program == "" {
		path, err := Path(Server)
		if err != nil {
			return nil, err
		}
		c.Program = path
	}
	command := exec.Command(c.Program, c.Arguments...)
	command.Dir, command.Env = c.Folder, c.Environment
	command.SysProcAttr = &syscall.SysProcAttr{Credential: c.Credential}
	return command, nil
}

// Run runs a program to its end and returns all that it printed.
func (c Command) Run(t testing.TB) (printed string, err error) {
	t.Helper()
	command, err := c.prepare()
	if err != nil {
		t.Fatal(err)
	}
	out, err := command.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// Load is a command that loads a dataset, written to the folder it runs in.
func Load(t testing.TB, folder string, dataset []byte, flags ...string) Command {
	t.Helper()
	path, err := Path(Seed)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "dataset.yaml")
	if err := os.WriteFile(file, dataset, 0o644); err != nil {
		t.Fatal(err)
	}
	return Command{Program: path, Folder: folder, Arguments: append(append([]string{"load"}, flags...), file)}
}

// Process is a running server.
type Process struct {
	// URL is where it answers GraphQL.
	URL     string
	command *exec.Cmd
	log     buffer
	// ended is closed when it has ended, with the error err.
	ended chan struct{}
	err   error
}

// startTimeout is generous: a Neo4j that has just started makes indexes slowly.
const startTimeout = 3 * time.Minute

// Start starts the server in a folder until it says where it serves; it is
// killed after the test if it still runs.
func Start(t testing.TB, folder string, arguments ...string) *Process {
	t.Helper()
	p, err := Launch(Command{Folder: folder, Arguments: arguments})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Kill)
	return p
}

// Launch is Start for what is no test, which ends the server by [Process.Stop]
// or [Process.Kill]. The address to listen on is added to the arguments.
func Launch(c Command) (*Process, error) {
	c.Arguments = append([]string{"--listen", "127.0.0.1:0"}, c.Arguments...)
	command, err := c.prepare()
	if err != nil {
		return nil, err
	}
	p := &Process{command: command, ended: make(chan struct{})}
	command.Stderr = &p.log
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	url := make(chan string, 1)
	go p.listen(out, url)
	select {
	case p.URL = <-url:
		return p, nil
	case <-p.ended:
		return nil, fmt.Errorf("the server ended before it served: %w\n%s", p.err, p.Log())
	case <-time.After(startTimeout):
		p.Kill()
		return nil, fmt.Errorf("the server does not start\n%s", p.Log())
	}
}

// address finds where the server says that it answers.
var address = regexp.MustCompile(`https?://\S+/graphql`)

// listen reads what the server prints, to its end.
func (p *Process) listen(out io.Reader, url chan<- string) {
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if found := address.FindString(lines.Text()); found != "" {
			url <- found
			break
		}
	}
	_, _ = io.Copy(io.Discard, out)
	p.err = p.command.Wait()
	close(p.ended)
}

// Log is what it has logged.
func (p *Process) Log() string { return p.log.String() }

// Host is its host and port.
func (p *Process) Host() string {
	_, rest, _ := strings.Cut(p.URL, "://")
	return strings.TrimSuffix(rest, "/graphql")
}

// Interrupt tells it to end, as systemd and Kubernetes do.
func (p *Process) Interrupt() error { return p.command.Process.Signal(syscall.SIGTERM) }

// endTimeout is what it may take to end: it cuts off requests after 4 s, and
// may then tell of its traces for 3.
const endTimeout = 10 * time.Second

// Wait waits for its end, and returns how it ended.
func (p *Process) Wait() error {
	select {
	case <-p.ended:
		return p.err
	case <-time.After(endTimeout):
		return fmt.Errorf("the server still runs after %s", endTimeout)
	}
}

// Stop interrupts it, and returns how it ended.
func (p *Process) Stop() error {
	return errors.Join(p.Interrupt(), p.Wait())
}

// Kill ends it if it still runs.
func (p *Process) Kill() {
	_ = p.command.Process.Kill()
	<-p.ended
}

// peakMemory finds it in what Linux tells of a process.
var peakMemory = regexp.MustCompile(`(?m)^VmHWM:\s*(\d+) kB$`)

// PeakMemory is the most that it has taken so far, in bytes; it must still run.
// What the system says of a process that has ended counts what this one, which
// started it, had at that time.
func (p *Process) PeakMemory(t testing.TB) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	found := peakMemory.FindSubmatch(status)
	if found == nil {
		t.Fatalf("no peak in %s", status)
	}
	kilobytes, err := strconv.ParseInt(string(found[1]), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kilobytes << 10
}

// Answer is what comes back for a request.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// Ask sends a query and returns the body of the answer.
func (p *Process) Ask(t testing.TB, query string) string {
	t.Helper()
	answer, err := p.Post(query)
	if err != nil {
		t.Fatal(err)
	}
	return answer.Body
}

// Post sends a query.
func (p *Process) Post(query string) (*Answer, error) {
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequest(http.MethodPost, p.URL, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	return send(request)
}

// Get asks for another path, such as /readyz.
func (p *Process) Get(t testing.TB, path string) *Answer {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, strings.TrimSuffix(p.URL, "/graphql")+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := send(request)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// client keeps no connections: what the server has open is what it has to do.
var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Minute}

func send(request *http.Request) (*Answer, error) {
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	return &Answer{response.StatusCode, response.Header, strings.TrimSpace(string(body))}, err
}

// Metrics reads /metrics: values by name, with labels as they are written.
func (p *Process) Metrics(t testing.TB) map[string]float64 {
	t.Helper()
	values := map[string]float64{}
	for line := range strings.Lines(p.Get(t, "/metrics").Body) {
		name, value, found := strings.Cut(strings.TrimSpace(line), " ")
		if number, err := strconv.ParseFloat(value, 64); found && err == nil {
			values[name] = number
		}
	}
	return values
}

// buffer may be read while it is written.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
