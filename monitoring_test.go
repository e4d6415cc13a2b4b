package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"companygraph/test/program"

	"github.com/tidwall/gjson"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"
)

func TestLogFormatAndLevel(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		want func(log string) bool
	}{
		{"text", nil, func(log string) bool { return strings.Contains(log, "level=INFO msg=request request=") }},
		{"JSON", []string{"--log-format", "json"}, func(log string) bool {
			for line := range strings.Lines(log) {
				if !gjson.Valid(line) {
					return false
				}
			}
			return gjson.Get(log, `..#(msg="request").kind`).Str == "query"
		}},
		{"warnings", []string{"--log-level", "warn"}, func(log string) bool { return log == "" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := program.Start(t, t.TempDir(), append(c.args, "--dataset", "none")...)
			s.Ask(t, "{ bans { totalCount } }")
			if err := s.Stop(); err != nil {
				t.Errorf("ended with %v", err)
			}
			if log := s.Log(); !c.want(log) {
				t.Errorf("logged %q", log)
			}
		})
	}
}

func TestMetricsOnAnAddressOfTheirOwn(t *testing.T) {
	elsewhere := unused(t)
	s := program.Start(t, t.TempDir(), "--dataset", "none", "--metrics-listen", elsewhere)
	response, err := http.Get("http://" + elsewhere + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK || !strings.Contains(string(body), "companygraph_ready 1") {
		t.Errorf("%v, status %d: %s", err, response.StatusCode, body)
	}
	if code := s.Get(t, "/metrics").Status; code != http.StatusNotFound {
		t.Errorf("the main address answers with status %d", code)
	}
	out, err := runs(t, "--dataset", "none", "--metrics-listen", elsewhere)
	if err == nil || !strings.Contains(out, "--metrics-listen "+elsewhere+": address already in use") {
		t.Errorf("a used address ends in %v: %s", err, out)
	}
}

// runs runs the server with arguments that end it.
func runs(t *testing.T, arguments ...string) (printed string, err error) {
	t.Helper()
	folder := t.TempDir()
	return program.Command{Folder: folder, Arguments: append([]string{"--listen", "127.0.0.1:0"}, arguments...)}.Run(t)
}

// Spans go where OpenTelemetry's variables say, the last ones at the end.
func TestTracesAreExported(t *testing.T) {
	received := make(chan *collector.ExportTraceServiceRequest, 10)
	sink := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		request := &collector.ExportTraceServiceRequest{}
		if err == nil {
			err = proto.Unmarshal(body, request)
		}
		if err != nil || r.URL.Path != "/v1/traces" {
			t.Errorf("%s: %v", r.URL, err)
		}
		received <- request
		w.Header().Set("Content-Type", "application/x-protobuf")
	}))
	defer sink.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", sink.URL)
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")
	s := program.Start(t, t.TempDir(), "--dataset", "none")
	s.Ask(t, "query Counted { bans { totalCount } }")
	if err := s.Stop(); err != nil {
		t.Errorf("%v\n%s", err, s.Log())
	}
	select {
	case request := <-received:
		text := request.String()
		for _, want := range []string{"companygraph", "deployment.environment.name", "POST /graphql", "Counted", "plan", "statement", "SELECT"} {
			if !strings.Contains(text, want) {
				t.Errorf("lacks %s: %s", want, text)
			}
		}
	case <-time.After(5 * time.Second):
		t.Error("nothing was sent")
	}
}

func TestUnknownExporterEndsInOneLine(t *testing.T) {
	t.Setenv("OTEL_TRACES_EXPORTER", "pigeon")
	out, err := runs(t)
	if err == nil || strings.Contains(out, "\n") || !strings.Contains(out, "pigeon") {
		t.Errorf("ended with %v: %s", err, out)
	}
}
