package httpserver

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"companygraph/graph/graphtest/naive"
	"companygraph/schema"
	"companygraph/telemetry"
	"companygraph/web"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"go.opentelemetry.io/otel/sdk/trace"
)

// layered serves a handler at the place of operations, behind all that stands
// around them in the program: the pages, traces, limits on traffic, headers for
// browsers, compression.
func layered(t *testing.T, operations http.HandlerFunc) *httptest.Server {
	t.Helper()
	options := LocalOptions()
	options.RateLimit, options.CORSLocalhost = 1000, true
	options.Tracing = trace.NewTracerProvider()
	h := &Handler{store: naive.New(schema.Model()), monitor: telemetry.NewMonitor(schema.Model(), options.Monitoring, graphqlPath)}
	h.SetReady()
	return served(t, NewServer(web.NewHandler(h.around(options, operations))))
}

// served has a server listen.
func served(t *testing.T, config *http.Server) *httptest.Server {
	t.Helper()
	server := &httptest.Server{Listener: listening(t), Config: config}
	server.Start()
	t.Cleanup(server.Close)
	return server
}

func listening(t *testing.T) net.Listener {
	t.Helper()
	listener, err := Listen(t.Context(), "--listen", "0")
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

// Each piece of a slow stream arrives before the next one is written, compressed
// or not.
func TestStreamsAreFlushed(t *testing.T) {
	for _, encoding := range []string{"", "gzip", "zstd"} {
		t.Run("encoding "+encoding, func(t *testing.T) {
			next := make(chan struct{})
			server := layered(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/event-stream")
				for i := range 3 {
					fmt.Fprintf(w, "data: %d\n", i)
					if err := http.NewResponseController(w).Flush(); err != nil {
						t.Errorf("flush: %v", err)
					}
					select {
					case <-next:
					case <-r.Context().Done():
						return
					}
				}
			})
			lines := bufio.NewReader(opened(t, server.URL, encoding))
			for i := range 3 {
				line := make(chan string, 1)
				go func() {
					text, _ := lines.ReadString('\n')
					line <- text
				}()
				select {
				case got := <-line:
					if want := fmt.Sprintf("data: %d\n", i); got != want {
						t.Errorf("got %q, want %q", got, want)
					}
				case <-time.After(5 * time.Second):
					t.Fatalf("piece %d does not arrive before the next is written", i)
				}
				next <- struct{}{}
			}
		})
	}
}

// opened is the body of an answer, decoded.
func opened(t *testing.T, url, encoding string) io.Reader {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+graphqlPath, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept-Encoding", encoding)
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	if got := response.Header.Get("Content-Encoding"); got != encoding {
		t.Fatalf("the answer is encoded as %q, not as %q", got, encoding)
	}
	switch encoding {
	case "gzip":
		reader, err := gzip.NewReader(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return reader
	case "zstd":
		reader, err := zstd.NewReader(response.Body, zstd.WithDecoderConcurrency(1))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(reader.Close)
		return reader
	}
	return response.Body
}

// A stream that takes its deadlines off lasts longer than an answer and a
// request may; one that does not is cut off.
func TestStreamsOutlastTheTimeLimits(t *testing.T) {
	const limit = 100 * time.Millisecond
	for _, encoding := range []string{"", "gzip", "zstd"} {
		for _, endless := range []bool{true, false} {
			t.Run(fmt.Sprintf("encoding %s, endless %t", encoding, endless), func(t *testing.T) {
				t.Parallel()
				operations := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					entered, controller := time.Now(), http.NewResponseController(w)
					patience := 30 * time.Second
					if endless {
						patience = 0
						if err := errors.Join(controller.SetWriteDeadline(time.Time{}), controller.SetReadDeadline(time.Time{})); err != nil {
							t.Errorf("the deadlines stay: %v", err)
						}
					}
					w.Header().Set("Content-Type", "text/event-stream")
					fmt.Fprintln(w, "begin")
					_ = controller.Flush()
					select {
					case <-time.After(patience):
					case <-r.Context().Done():
					}
					// By then both deadlines are over: they were set before.
					time.Sleep(time.Until(entered.Add(2 * limit)))
					fmt.Fprintln(w, "end")
					_ = controller.Flush()
					if got := r.Context().Err() == nil; got != endless {
						t.Errorf("the context has ended: %t", !got)
					}
				})
				options := LocalOptions()
				monitor := telemetry.NewMonitor(schema.Model(), options.Monitoring, graphqlPath)
				config := NewServer(web.NewHandler(monitor.Watched(admitted(1, limit, compressed(operations)))))
				config.ReadTimeout = limit
				all, err := io.ReadAll(opened(t, served(t, config).URL, encoding))
				if got := err == nil && string(all) == "begin\nend\n"; got != endless {
					t.Errorf("read %q, %v", all, err)
				}
			})
		}
	}
}

// What takes over the connection gets it, through all layers.
func TestConnectionsAreTakenOver(t *testing.T) {
	server := layered(t, func(w http.ResponseWriter, _ *http.Request) {
		connection, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Errorf("hijack: %v", err)
			return
		}
		defer func() { _ = connection.Close() }()
		_, _ = buffered.WriteString("HTTP/1.1 101 Switching Protocols\r\nUpgrade: test\r\nConnection: Upgrade\r\n\r\nover")
		_ = buffered.Flush()
	})
	connection, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	fmt.Fprintf(connection, "GET %s HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: test\r\nAccept-Encoding: gzip\r\n\r\n", graphqlPath)
	_ = connection.SetReadDeadline(time.Now().Add(5 * time.Second))
	answer, err := io.ReadAll(connection)
	if err != nil || len(answer) < 4 || string(answer[len(answer)-4:]) != "over" {
		t.Errorf("got %q, %v", answer, err)
	}
}

// A client that reads both gets gzip: some offer zstd and cannot read it.
func TestGzipGoesFirst(t *testing.T) {
	server := layered(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", typeJSON)
		_, _ = w.Write(make([]byte, 4096))
	})
	for accepted, want := range map[string]string{
		"gzip, deflate, br, zstd": "gzip", "zstd, gzip": "gzip", "zstd": "zstd", "gzip;q=0, zstd": "zstd", "gzip;q=0.5, zstd": "zstd", "br": "",
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+graphqlPath, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept-Encoding", accepted)
		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if got := response.Header.Get("Content-Encoding"); got != want {
			t.Errorf("%s: got %q, want %q", accepted, got, want)
		}
	}
}
