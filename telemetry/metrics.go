package telemetry

import (
	"net/http"
	"strconv"
	"time"

	"companygraph/graph/store"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are those of one handler. Clients cannot choose the values of labels,
// so that there are few.
type metrics struct {
	registry   *prometheus.Registry
	requests   *prometheus.CounterVec
	inFlight   prometheus.Gauge
	operations *prometheus.HistogramVec
	prices     prometheus.Histogram
	errors     *prometheus.CounterVec
	refusals   *prometheus.CounterVec
	statements *prometheus.HistogramVec
}

const namespace = "companygraph"

// The bounds of the histograms: seconds, and rows.
var (
	latencies = []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}
	prices    = []float64{1, 10, 50, 100, 500, 1000, 5000, 10_000, 20_000, 50_000, 100_000}
)

func newMetrics(version string) *metrics {
	m := &metrics{
		registry:   prometheus.NewRegistry(),
		requests:   counters("requests_total", "HTTP requests to the API, by path and status.", "path", "status"),
		inFlight:   prometheus.NewGauge(prometheus.GaugeOpts{Namespace: namespace, Name: "requests_in_flight", Help: "HTTP requests being answered."}),
		operations: histograms("operation_duration_seconds", "From a request to the end of its answer, of operations that ran.", latencies, "kind"),
		prices:     prometheus.NewHistogram(prometheus.HistogramOpts{Namespace: namespace, Name: "operation_price_rows", Help: "Prices of operations that ran.", Buckets: prices}),
		errors:     counters("errors_total", "Requests with errors, by code; one with several codes counts for each.", "code"),
		refusals:   counters("refusals_total", "Requests over a limit, by its name.", "limit"),
		statements: histograms("statement_duration_seconds", "Statements of the store, from sending to the last row.", latencies, "engine", "outcome"),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Namespace: namespace, Name: "build_info", Help: "1, with the version of the program.", ConstLabels: prometheus.Labels{"version": version},
	})
	build.Set(1)
	m.registry.MustRegister(m.requests, m.inFlight, m.operations, m.prices, m.errors, m.refusals, m.statements, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help}, labels)
}

func histograms(name, help string, bounds []float64, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: namespace, Name: name, Help: help, Buckets: bounds}, labels)
}

// watch adds what is asked of the handler and its store when metrics are read.
func (m *metrics) watch(store store.Store, ready func() bool) {
	gauge := func(name, help string, value func() float64) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: namespace, Name: name, Help: help}, value))
	}
	gauge("store_connections_in_use", "Connections to the database in use.", func() float64 { return float64(store.Pool().InUse) })
	gauge("store_connections_limit", "Connections to the database at most.", func() float64 { return float64(store.Pool().Limit) })
	gauge("ready", "1 once operations are answered; whether the database answers, /readyz tells.", func() float64 {
		if ready() {
			return 1
		}
		return 0
	})
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}

func (m *metrics) request(rec *Record, path string, status int, took time.Duration) {
	m.requests.WithLabelValues(path, strconv.Itoa(status)).Inc()
	for _, code := range rec.codes {
		m.errors.WithLabelValues(code).Inc()
	}
	if rec.plan != nil {
		m.operations.WithLabelValues(rec.kind).Observe(took.Seconds())
		m.prices.Observe(float64(rec.price))
	}
}

func (m *metrics) statement(ran store.StatementEvent) {
	outcome := "ok"
	if ran.Err != nil {
		outcome = "error"
	}
	m.statements.WithLabelValues(ran.Engine, outcome).Observe(ran.Took.Seconds())
}
