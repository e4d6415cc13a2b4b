package httpserver_test

import (
	"net"
	"net/http"
	"strings"
	"testing"

	"companygraph/httpserver"
)

// However an address is given, a browser on this machine opens what is printed.
func TestPrintedAddressesCanBeOpened(t *testing.T) {
	for given, host := range map[string]string{
		"0": "127.0.0.1", ":0": "127.0.0.1", "127.0.0.1:0": "127.0.0.1", "0.0.0.0:0": "127.0.0.1", "[::]:0": "127.0.0.1", "localhost:0": "",
	} {
		t.Run(given, func(t *testing.T) {
			listener, err := httpserver.Listen(t.Context(), "--listen", given)
			if err != nil {
				t.Fatal(err)
			}
			server := httpserver.NewServer(http.NotFoundHandler())
			go func() { _ = server.Serve(listener) }()
			t.Cleanup(func() { _ = server.Close() })
			address := httpserver.Openable(listener.Addr())
			if got, _, err := net.SplitHostPort(address); err != nil || host != "" && got != host {
				t.Errorf("%s is printed, %v", address, err)
			}
			response, err := http.Get("http://" + address)
			if err != nil {
				t.Fatal(err)
			}
			_ = response.Body.Close()
		})
	}
}

func TestPortAloneStaysOnThisMachine(t *testing.T) {
	listener, err := httpserver.Listen(t.Context(), "--listen", "0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	if !strings.HasPrefix(listener.Addr().String(), "127.0.0.1:") {
		t.Errorf("a port alone listens on %s", listener.Addr())
	}
}

func TestAddressesThatAreRefused(t *testing.T) {
	for given, want := range map[string]string{
		"99999":           "--listen 99999: a port is a number from 0 to 65535",
		"127.0.0.1:99999": "--listen 127.0.0.1:99999: a port is a number from 0 to 65535",
		"":                "--listen: the address is empty: give HOST:PORT, such as 127.0.0.1:8080, or a port",
		"here":            "--listen here: ",
		"65536":           "--listen 65536: ",
	} {
		if _, err := httpserver.Listen(t.Context(), "--listen", given); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", given, err, want)
		}
	}
}
