package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"time"

	"companygraph/bench/proc"
)

// processResult is what was measured of the built server.
type processResult struct {
	Idle      float64 `json:"idleMegabytes"`
	PerSecond float64 `json:"requestsPerSecond"`
	// Memory is the greatest resident memory, in MB.
	Memory verdict `json:"memoryMegabytes"`
	// ManyCores is the same with as many threads as there are requests at a
	// time: a server sizes some things by the cores it finds.
	ManyCores verdict `json:"memoryManyCoresMegabytes"`
	// Start is the time from exec on a new database to the first answer, in seconds.
	Start verdict `json:"startSeconds"`
}

func measureProcess(ctx context.Context, o options, g *loadedGraph) (*processResult, error) {
	binary, err := build(ctx, "", o.cache, serverProgram)
	if err != nil {
		return nil, err
	}
	result := &processResult{}
	if result.Start, err = measureStarts(ctx, o, binary); err != nil {
		return nil, err
	}
	mixed, err := mixedRequests(ctx, o, g)
	if err != nil {
		return nil, err
	}
	if err := measureMemory(ctx, o, binary, g, mixed, result); err != nil {
		return nil, err
	}
	return result, nil
}

// The programs that are built into the cache.
const (
	serverProgram = "companygraph"
	loadProgram   = "companygraph/bench/load"
)

// build builds a program of a tree, that of the working directory if it is "",
// into a folder.
func build(ctx context.Context, tree, folder, program string) (string, error) {
	binary, err := filepath.Abs(filepath.Join(folder, path.Base(program)))
	if err != nil {
		return "", err
	}
	command := exec.CommandContext(ctx, "go", "build", "-o", binary, program)
	command.Dir = tree
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build %s: %w\n%s", program, err, out)
	}
	return binary, nil
}

// mixedRequests are the requests of all shapes.
func mixedRequests(ctx context.Context, o options, g *loadedGraph) ([]request, error) {
	var mixed []request
	for _, s := range o.wanted(shapes) {
		requests, err := prepare(ctx, g, s, o.requests, o.seed)
		if err != nil {
			return nil, err
		}
		mixed = append(mixed, requests...)
	}
	return mixed, nil
}

func measureMemory(ctx context.Context, o options, binary string, g *loadedGraph, mixed []request, result *processResult) error {
	for _, threads := range []int{0, concurrency} {
		p, err := start(serverCommand(ctx, binary, threads, "--sqlite", g.path, "--dataset", "none"))
		if err != nil {
			return err
		}
		idle := p.megabytes("VmRSS")
		rate, err := keepBusy(ctx, httpWorker(p.url, mixed, ""), len(mixed), concurrency, o.load)
		peak := atMost(maxMegabytes, p.megabytes("VmHWM"))
		if err := errors.Join(err, p.stop()); err != nil {
			return err
		}
		if threads > 0 {
			result.ManyCores = peak
			continue
		}
		result.Idle, result.Memory, result.PerSecond = idle, peak, rate
	}
	return nil
}

// measureStarts starts the server on new databases, one after the other.
func measureStarts(ctx context.Context, o options, binary string) (verdict, error) {
	var took []float64
	for range o.starts {
		seconds, err := measureStart(ctx, o, binary)
		if err != nil {
			return verdict{}, err
		}
		took = append(took, seconds)
	}
	return atMost(maxStart, quantile(took, 0.5)), nil
}

// measureStart is the time from exec to an answer with bundled data in it.
func measureStart(ctx context.Context, o options, binary string) (float64, error) {
	folder, err := os.MkdirTemp(o.cache, "start-")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	begin := time.Now()
	p, err := start(serverCommand(ctx, binary, 0, "--sqlite", filepath.Join(folder, "new.db")))
	if err != nil {
		return 0, err
	}
	err = p.firstAnswer(ctx)
	took := time.Since(begin).Seconds()
	return took, errors.Join(err, p.stop())
}

// process is a running server.
type process struct {
	command *exec.Cmd
	url     string
	// log is a file: to read what is written for each request would take time
	// from what is measured.
	log *os.File
}

// address finds where a server says that it listens.
var address = regexp.MustCompile(`http://\S+/graphql`)

// serverCommand starts the server on a free port, where it takes requests at any
// rate. threads sets GOMAXPROCS unless it is 0.
func serverCommand(ctx context.Context, binary string, threads int, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, binary, append(arguments, "--listen", "127.0.0.1:0", "--rate-limit", "0")...)
	if threads > 0 {
		command.Env = append(os.Environ(), "GOMAXPROCS="+strconv.Itoa(threads))
	}
	return command
}

// start starts a server and waits until it says where it listens.
func start(command *exec.Cmd) (*process, error) {
	p := &process{command: command}
	var err error
	if p.log, err = os.CreateTemp("", "companygraph-log-"); err != nil {
		return nil, err
	}
	// Only what has it open needs it.
	_ = os.Remove(p.log.Name())
	p.command.Stderr = p.log
	out, err := p.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if p.url = address.FindString(lines.Text()); p.url != "" {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return p, nil
		}
	}
	return nil, fmt.Errorf("the server does not start: %w\n%s", p.command.Wait(), p.said())
}

// firstAnswer asks for a firm until there is one.
func (p *process) firstAnswer(ctx context.Context) error {
	c := newClient(p.url)
	defer c.close()
	if err := c.post(ctx, []byte(`{"query":"{ firms(first: 1) { nodes { name } } }"}`)); err != nil {
		return err
	}
	data, err := c.data()
	if err == nil && !data.Get("firms.nodes.0.name").Exists() {
		err = errors.New("the server says that it listens, but has no firm")
	}
	return err
}

// stop interrupts the server and waits for its end.
func (p *process) stop() error {
	if err := p.command.Process.Signal(syscall.SIGINT); err != nil {
		return err
	}
	if err := p.command.Wait(); err != nil {
		return fmt.Errorf("the server ends badly: %w\n%s", err, p.said())
	}
	return p.log.Close()
}

// said is the end of the server's log.
func (p *process) said() []byte {
	end := make([]byte, 4096)
	size, err := p.log.Seek(0, io.SeekEnd)
	if err != nil {
		return nil
	}
	n, _ := p.log.ReadAt(end, max(size-int64(len(end)), 0))
	return end[:n]
}

// megabytes reads a figure of the server's memory; 0 where the system does not
// tell.
func (p *process) megabytes(field string) float64 {
	return proc.Megabytes(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid), field)
}
