package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"companygraph/graph"
	"companygraph/graph/store"
	"companygraph/httpserver"
	"companygraph/resolvers"
	"companygraph/telemetry"

	"github.com/99designs/gqlgen/graphql"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// guardedResult is what was measured of all that stands around the answering of
// operations: limits, the rate, prices, logs, metrics, headers.
type guardedResult struct {
	Shapes []guardedShape `json:"shapes"`
	// Many is requests a second with manyAtOnce under way, as a part of those
	// with concurrency.
	Many verdict `json:"manyAtOnce"`
	// Heavy is the greatest resident memory in MB while manyAtOnce clients ask
	// for what is just allowed; of their requests so many a second were answered
	// and refused.
	Heavy         verdict `json:"heavyMegabytes"`
	HeavyAnswered float64 `json:"heavyAnswered"`
	HeavyRefused  float64 `json:"heavyRefused"`
}

// guardedShape is what was measured of a shape: ours with the defaults of the
// program against the executor alone.
type guardedShape struct {
	comparison
	// P50 and P99 are microseconds with concurrency requests at once, Tail the
	// one divided by the other.
	P50  float64 `json:"busyP50Micros"`
	P99  float64 `json:"busyP99Micros"`
	Tail verdict `json:"busyTail"`
}

// The sides of a shape, in this order.
const (
	unguarded = iota
	guarded
	guardedCompressed
	guardedTraced
)

// The goals.
const (
	maxGuardedTime    = 1.1
	minGuardedRate    = 0.9
	maxTail           = 10
	minMany           = 0.8
	maxHeavyMegabytes = 1000
)

// manyAtOnce is more than the server answers at once.
const manyAtOnce = 200

// tracedPart is how many requests are traced, of those where some are.
const tracedPart = 0.1

// measureGuarded compares on SQLite, where the answering itself takes least.
func measureGuarded(ctx context.Context, o options, r *report) (err error) {
	if o.profiles() {
		return errors.New("-store guarded: there is nothing to profile; use -store sqlite")
	}
	g, err := openSQLite(ctx, o, o.size)
	if err != nil {
		return err
	}
	defer g.close()
	restore, err := logToFile(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, restore()) }()
	result := &guardedResult{}
	for _, s := range o.wanted(shapes) {
		progress("with and without guards: %s", s.name)
		shape, err := measureGuardedShape(ctx, o, g, s)
		if err != nil {
			return err
		}
		result.Shapes = append(result.Shapes, shape)
	}
	progress("%d requests at once", manyAtOnce)
	if err := result.measureMany(ctx, o, g); err != nil {
		return err
	}
	r.Guarded = result
	return nil
}

// logToFile has the log written as the program does, to a file.
func logToFile(o options) (restore func() error, err error) {
	path := filepath.Join(o.cache, "log")
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	before := slog.Default()
	flush := telemetry.Logging{}.Start(file)
	return func() error {
		slog.SetDefault(before)
		flush()
		return errors.Join(file.Close(), os.Remove(path))
	}, nil
}

// guardedHandler serves a store as the program does, with a limit on the rate
// that is never reached.
func guardedHandler(g *loadedGraph, tracing *trace.TracerProvider) (http.Handler, error) {
	o := httpserver.DefaultOptions()
	o.RateLimit, o.RateBurst = 1e6, 1e6
	if tracing != nil {
		o.Tracing = tracing
	}
	h, err := httpserver.NewHandler(g.store, g.model, o)
	if err != nil {
		return nil, err
	}
	h.SetReady()
	return h, nil
}

// unguardedHandler does what it takes to answer operations, and nothing else.
func unguardedHandler(s store.Store, model *graph.Model) (http.Handler, error) {
	exec, err := resolvers.NewExecutor(s, model, resolvers.LocalOptions())
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := graphql.StartOperationTrace(r.Context())
		params := &graphql.RawParams{}
		if err := json.NewDecoder(r.Body).Decode(params); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		op, errs := exec.CreateOperationContext(ctx, params)
		if len(errs) > 0 {
			http.Error(w, errs.Error(), http.StatusBadRequest)
			return
		}
		answer, ctx := exec.DispatchOperation(ctx, op)
		response := answer(ctx)
		w.Header().Set("Content-Type", "application/json")
		// What cannot be sent is missed by the client.
		_, _ = io.WriteString(w, `{"data":`+string(response.Data)+"}\n")
	}), nil
}

func measureGuardedShape(ctx context.Context, o options, g *loadedGraph, s shape) (guardedShape, error) {
	result := guardedShape{comparison: comparison{Shape: s.name}}
	requests, err := prepare(ctx, g, s, o.requests, o.seed)
	if err != nil {
		return result, err
	}
	result.AnswerBytes = medianAnswer(requests)
	tracing := trace.NewTracerProvider(trace.WithBatcher(tracetest.NewNoopExporter()), trace.WithSampler(trace.TraceIDRatioBased(tracedPart)))
	defer func() { _ = tracing.Shutdown(ctx) }()
	running := &servers{}
	defer running.close()
	var sides []side
	var busy []busySide
	add := func(name, encoding string, handler http.Handler, err error) {
		if err != nil {
			running.err = errors.Join(running.err, err)
			return
		}
		if c := running.keep(listen(handler)); c != nil {
			c.encoding = encoding
			sides = append(sides, httpSide(name, c, requests))
			busy = append(busy, busySide{name, httpWorker(c.url, requests, encoding)})
		}
	}
	bare, err := unguardedHandler(g.store, g.model)
	add("executor alone", "", bare, err)
	whole, err := guardedHandler(g, nil)
	add("server", "", whole, err)
	add("server, compressed", "gzip", whole, err)
	traced, err := guardedHandler(g, tracing)
	add("server, 1 in 10 traced", "", traced, err)
	if running.err != nil {
		return result, running.err
	}
	if result.Timings, err = measure(ctx, o, o.requests, sides); err != nil {
		return result, err
	}
	if result.Rates, err = measureRates(ctx, o, len(requests), busy); err != nil {
		return result, err
	}
	watch := &stopwatch{}
	if _, err = keepBusy(ctx, watch.time(busy[guarded].worker), len(requests), concurrency, o.busy); err != nil {
		return result, err
	}
	result.judge(watch)
	return result, nil
}

func (r *guardedShape) judge(watch *stopwatch) {
	r.Time = atMost(maxGuardedTime, ratio(r.Timings, func(p50 []float64) float64 { return p50[guarded] / p50[unguarded] }))
	r.Rate = atLeast(minGuardedRate, rateRatio(r.Rates[guarded], r.Rates[unguarded]))
	r.P50, r.P99 = quantile(watch.took, 0.50), quantile(watch.took, 0.99)
	r.Tail = atMost(maxTail, r.P99/r.P50)
}

// stopwatch notes how many microseconds each request of a worker's clients took.
type stopwatch struct {
	lock sync.Mutex
	took []float64
}

func (s *stopwatch) time(w worker) worker {
	return func() (func(context.Context, int) error, func()) {
		ask, done := w()
		var took []float64
		timed := func(ctx context.Context, i int) error {
			start := time.Now()
			err := ask(ctx, i)
			took = append(took, float64(time.Since(start).Nanoseconds())/1000)
			return err
		}
		return timed, func() {
			s.lock.Lock()
			defer s.lock.Unlock()
			s.took = append(s.took, took...)
			done()
		}
	}
}

// heavy is an operation of nearly the highest price that is allowed: firms with
// many events, and who takes part in them.
const heavy = `{ firms(first: 100) { nodes {
  id name country
  events(first: 16) { nodes { id title status phase date { edtf earliest latest } participants { role status entity { id name } } } }
} } }`

// measureMany has the built server asked by many clients at once.
func (r *guardedResult) measureMany(ctx context.Context, o options, g *loadedGraph) error {
	binary, err := build(ctx, "", o.cache, serverProgram)
	if err != nil {
		return err
	}
	mixed, err := mixedRequests(ctx, o, g)
	if err != nil {
		return err
	}
	p, err := start(serverCommand(ctx, binary, 0, "--sqlite", g.path, "--dataset", "none"))
	if err != nil {
		return err
	}
	rates := map[int]float64{}
	for _, atOnce := range []int{concurrency, manyAtOnce} {
		if err == nil {
			rates[atOnce], err = keepBusy(ctx, httpWorker(p.url, mixed, ""), len(mixed), atOnce, o.load)
		}
	}
	if err == nil {
		r.Many = atLeast(minMany, rates[manyAtOnce]/rates[concurrency])
		err = r.measureHeavy(ctx, o, p)
	}
	return errors.Join(err, p.stop())
}

func (r *guardedResult) measureHeavy(ctx context.Context, o options, p *process) error {
	body, err := bodyOf(heavy, nil)
	if err != nil {
		return err
	}
	var lock sync.Mutex
	var answered, refused float64
	_, err = keepBusy(ctx, func() (func(context.Context, int) error, func()) {
		c := newClient(p.url)
		ask := func(ctx context.Context, _ int) error {
			err := c.post(ctx, body)
			busy := errors.Is(err, errBusy)
			if err == nil {
				_, err = c.data()
			}
			lock.Lock()
			defer lock.Unlock()
			switch {
			case busy:
				refused++
				return nil
			case err == nil:
				answered++
			}
			return err
		}
		return ask, c.close
	}, 1, manyAtOnce, o.load)
	if err != nil {
		return fmt.Errorf("heavy operations: %w", err)
	}
	r.HeavyAnswered, r.HeavyRefused = answered/o.load.Seconds(), refused/o.load.Seconds()
	r.Heavy = atMost(maxHeavyMegabytes, p.megabytes("VmHWM"))
	return nil
}
