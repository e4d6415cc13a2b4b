package httpserver

import (
	"context"
	"fmt"
	"net"
	"strconv"
)

// Listen listens on the address that a flag gives: HOST:PORT, :PORT for every
// address of this machine, or a port alone for 127.0.0.1. Errors name the flag.
func Listen(ctx context.Context, flag, address string) (net.Listener, error) {
	if address == "" {
		return nil, fmt.Errorf("%s: the address is empty: give HOST:PORT, such as 127.0.0.1:8080, or a port", flag)
	}
	full := address
	if _, err := strconv.ParseUint(address, 10, 16); err == nil {
		full = net.JoinHostPort("127.0.0.1", address)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", full)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", flag, address, PlainCause(err))
	}
	return listener, nil
}

// Openable returns the host and port under which a browser on this machine
// reaches a server that listens on an address. A server on every address
// listens on [::], which no browser opens.
func Openable(address net.Addr) string {
	if tcp, isTCP := address.(*net.TCPAddr); isTCP && tcp.IP.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
	}
	return address.String()
}
