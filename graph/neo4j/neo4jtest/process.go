package neo4jtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Process is a Neo4j that a test started.
type Process struct {
	Target
	Options
	jars string

	command *exec.Cmd
	output  *os.File
	// ended is closed when the process has ended.
	ended chan struct{}
	guard *guard
}

// startTimeout is generous: a start takes 8 s, several at once on two cores
// take much longer.
const startTimeout = 3 * time.Minute

// Options say where a server keeps its data, and how much memory it takes.
type Options struct {
	// Home is its folder, which must be there. Data that an earlier server
	// left in it are served again.
	Home string
	// Heap and PageCache are amounts of memory as Java writes them: 512m, 2g.
	Heap, PageCache string
	// QuickStart has Java compile once and quickly: for what is over before
	// thoroughness would pay.
	QuickStart bool
	// KeepPlans has the server plan no statement again: for what asks about one
	// small graph after the other.
	KeepPlans bool
	// Settings are further lines of its configuration, read at each start.
	Settings string
}

// small is a server for tests; the long ones are worth thorough compiling.
func small(home string) Options {
	return Options{Home: home, Heap: "1g", PageCache: "256m", QuickStart: os.Getenv("TEST_LONG") == "", KeepPlans: true}
}

// Launch starts a server, for programs that are no tests; they end it with
// [Process.Stop]. It ends with the program in any case.
func Launch(ctx context.Context, o Options) (*Process, error) {
	jars, err := jars(ctx)
	if err != nil {
		return nil, err
	}
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	p := &Process{Target: Target{direct + address, user, password}, Options: o, jars: jars}
	if err := p.configure(); err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(p.Home, "data")); err != nil {
		if err := p.setPassword(ctx); err != nil {
			return nil, err
		}
	}
	return p, p.launch(ctx)
}

func freePort(ctx context.Context) (int, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// configuration keeps the server small and to itself.
const configuration = `server.bolt.listen_address=%[1]s
server.bolt.advertised_address=%[1]s
server.http.enabled=false
server.https.enabled=false
server.memory.pagecache.size=%[2]s
dbms.usage_report.enabled=false
db.tx_log.preallocate=false
`

// keptPlans has it plan no statement again although the graph changed.
const keptPlans = "dbms.cypher.min_replan_interval=1h\n"

func (p *Process) configure() error {
	if err := os.MkdirAll(p.conf(), 0o750); err != nil {
		return err
	}
	text := fmt.Appendf(nil, configuration, p.Address(), p.PageCache)
	if p.KeepPlans {
		text = append(text, keptPlans...)
	}
	text = append(text, p.Settings...)
	return os.WriteFile(filepath.Join(p.conf(), "neo4j.conf"), text, 0o600)
}

// Address is its host and port.
func (p *Process) Address() string { return strings.TrimPrefix(p.URI, direct) }

func (p *Process) conf() string { return filepath.Join(p.Home, "conf") }

// setPassword sets the password before the first start, as is done by hand.
func (p *Process) setPassword(ctx context.Context) error {
	return p.Admin(ctx, "dbms", "set-initial-password", password)
}

// Admin runs what is `neo4j-admin` in an installed Neo4j. Most of what it does
// needs the server to be stopped.
func (p *Process) Admin(ctx context.Context, args ...string) error {
	command := p.java(ctx, append([]string{
		quickStart[0], "-Dapp.home=" + p.Home, "-Dbasedir=" + p.Home,
		"org.neo4j.server.startup.Neo4jAdminCommand",
	}, args...)...)
	command.Env = append(os.Environ(), "NEO4J_HOME="+p.Home, "NEO4J_CONF="+p.conf())
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("neo4j-admin %v: %w: %s", args, err, out)
	}
	return nil
}

func (p *Process) java(ctx context.Context, args ...string) *exec.Cmd {
	return exec.CommandContext(ctx, "java", append([]string{"-cp", filepath.Join(p.jars, "*")}, args...)...)
}

// quickStart has Java compile once and quickly: tests are over before the
// thorough compiler would pay. By itself it would leave little room for what is
// compiled, and some thousand statements fill that.
var quickStart = []string{"-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=240m"}

// launch starts the server and waits until it answers.
func (p *Process) launch(ctx context.Context) error {
	var err error
	if p.output, err = os.OpenFile(filepath.Join(p.Home, "output"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err != nil {
		return err
	}
	// The server lives longer than the test that happens to start it.
	arguments := []string{"-Xmx" + p.Heap, "org.neo4j.server.CommunityEntryPoint", "--home-dir=" + p.Home, "--config-dir=" + p.conf()}
	if p.QuickStart {
		arguments = append(slices.Clone(quickStart), arguments...)
	}
	p.command = p.java(context.WithoutCancel(ctx), arguments...)
	p.command.Stdout, p.command.Stderr = p.output, p.output
	if err := p.command.Start(); err != nil {
		return errors.Join(err, p.output.Close())
	}
	ended := make(chan struct{})
	p.ended = ended
	go func() {
		_ = p.command.Wait()
		close(ended)
	}()
	if p.guard, err = guardAgainstOrphan(p.command.Process.Pid); err != nil {
		p.end()
		return err
	}
	if err := p.await(ctx); err != nil {
		p.end()
		return err
	}
	return nil
}

// await waits until the server answers a statement.
func (p *Process) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		err := p.answers(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-p.ended:
			return fmt.Errorf("neo4j ended while it started:\n%s", p.said())
		case <-ctx.Done():
			return fmt.Errorf("neo4j does not answer: %w\n%s", err, p.said())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// answerTimeout is how long a server that is starting may take to answer before
// it is asked anew.
const answerTimeout = 5 * time.Second

// answers first sees whether anybody listens: the driver would wait and retry.
func (p *Process) answers(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	connection, err := new(net.Dialer).DialContext(ctx, "tcp", p.Address())
	if err != nil {
		return err
	}
	_ = connection.Close()
	_, err = p.run(ctx, "RETURN 1", nil)
	return err
}

// said is what the server wrote to its console and its log.
func (p *Process) said() string {
	console, _ := os.ReadFile(filepath.Join(p.Home, "output"))
	log, _ := os.ReadFile(filepath.Join(p.Home, "logs", "neo4j.log"))
	return string(console) + string(log)
}

// Kill ends the server as kill -9 does, and returns when it is gone.
func (p *Process) Kill() {
	if p.guard != nil {
		p.guard.release()
		p.guard = nil
	}
	_ = p.command.Process.Kill()
	<-p.ended
	_ = p.output.Close()
}

// Stop ends the server in an orderly way, and returns when it is gone.
func (p *Process) Stop() {
	_ = p.command.Process.Signal(os.Interrupt)
	select {
	case <-p.ended:
	case <-time.After(time.Minute):
	}
	p.Kill()
}

// Restart starts a server that was killed or stopped again: same data, same
// address, and the settings it has now. It returns when the server answers.
func (p *Process) Restart(t testing.TB) {
	t.Helper()
	if err := p.configure(); err != nil {
		t.Fatal(err)
	}
	if err := p.launch(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// end ends the server; nobody needs its data any more.
func (p *Process) end() { p.Kill() }

// guard is a shell that kills the server when the test process has gone, in
// whatever way, without having ended it: its standard input is then closed.
type guard struct {
	command *exec.Cmd
	input   io.Closer
}

func guardAgainstOrphan(pid int) (*guard, error) {
	command := exec.Command("sh", "-c", `read -r _; kill -9 "$1"`, "sh", strconv.Itoa(pid))
	input, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	return &guard{command, input}, nil
}

func (g *guard) release() {
	_ = g.command.Process.Kill()
	_ = g.command.Wait()
	_ = g.input.Close()
}
