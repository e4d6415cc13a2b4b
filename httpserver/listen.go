package httpserver

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
)

// Listen listens on the address that a flag gives: HOST:PORT, :PORT for every
// address of this machine, or a port alone for 127.0.0.1. Errors name the flag.
func Listen(ctx context.Context, flag, address string) (net.Listener, error) {
	if address == "" {
		return nil, fmt.Errorf("%s: the address is empty: give HOST:PORT, such as 127.0.0.1:8080, or a port", flag)
	}
	full, alone := address, strings.Trim(address, "0123456789") == ""
	port := address
	if alone {
		full = net.JoinHostPort("127.0.0.1", address)
	} else if _, given, err := net.SplitHostPort(address); err == nil {
		port = given
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil && strings.Trim(port, "0123456789") == "" {
		return nil, fmt.Errorf("%s %s: a port is a number from 0 to 65535", flag, address)
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
