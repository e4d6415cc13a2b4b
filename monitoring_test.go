package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"
	"time"

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
			line, _, _ := strings.Cut(log[strings.LastIndex(log[:len(log)-1], "\n")+1:], "\n")
			return gjson.Valid(line) && gjson.Get(line, "kind").Str == "query"
		}},
		{"warnings", []string{"--log-level", "warn"}, func(log string) bool { return log == "" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start(t, t.TempDir(), append(c.args, "--dataset", "none")...)
			s.ask("{ bans { totalCount } }")
			_ = s.process.Process.Kill()
			_ = s.process.Wait()
			if log := s.log.String(); !c.want(log) {
				t.Errorf("logged %q", log)
			}
		})
	}
}

func TestMetricsOnAnAddressOfTheirOwn(t *testing.T) {
	elsewhere := unused(t)
	s := start(t, t.TempDir(), "--dataset", "none", "--metrics-listen", elsewhere)
	status := func(url string) (int, string) {
		response, err := http.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, string(body)
	}
	if code, body := status("http://" + elsewhere + "/metrics"); code != http.StatusOK || !strings.Contains(body, "companygraph_ready 1") {
		t.Errorf("status %d: %s", code, body)
	}
	if code, _ := status(strings.TrimSuffix(s.url, "graphql") + "metrics"); code != http.StatusNotFound {
		t.Errorf("the main address answers with status %d", code)
	}
	out, err := exec.Command(binary, "--listen", "127.0.0.1:0", "--sqlite", t.TempDir()+"/x.db", "--dataset", "none", "--metrics-listen", elsewhere).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "--metrics-listen "+elsewhere+": address already in use") {
		t.Errorf("a used address ends in %v: %s", err, out)
	}
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
	s := start(t, t.TempDir(), "--dataset", "none")
	s.ask("query Counted { bans { totalCount } }")
	if err := s.stop(); err != nil {
		t.Errorf("%v\n%s", err, s.log)
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
	out, err := exec.Command(binary, "--listen", "127.0.0.1:0", "--sqlite", t.TempDir()+"/x.db").CombinedOutput()
	if err == nil || strings.Count(string(out), "\n") != 1 || !strings.Contains(string(out), "pigeon") {
		t.Errorf("ended with %v: %s", err, out)
	}
}
