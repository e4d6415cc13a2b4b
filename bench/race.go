package main

import (
	"context"
	"errors"
	"os/exec"
)

// race are servers that answer in turns, each a process of its own.
type race struct{ runners []runner }

// runner is a running server.
type runner struct {
	name string
	*process
}

// enter starts a server that takes part.
func (r *race) enter(name string, command *exec.Cmd) error {
	p, err := start(command)
	if err == nil {
		r.runners = append(r.runners, runner{name, p})
	}
	return err
}

// stop ends the servers.
func (r *race) stop() error {
	var errs []error
	for _, one := range r.runners {
		errs = append(errs, one.process.stop())
	}
	return errors.Join(errs...)
}

// run measures the servers, each with the requests of a shape as it takes them.
func (r *race) run(ctx context.Context, o options, requests [][]request) ([]timing, []rate, error) {
	var sides []side
	var busy []busySide
	var clients []*client
	defer func() {
		for _, c := range clients {
			c.close()
		}
	}()
	for i, one := range r.runners {
		c := newClient(one.url)
		clients = append(clients, c)
		sides = append(sides, httpSide(one.name, c, requests[i]))
		busy = append(busy, busySide{one.name, httpWorker(one.url, requests[i], "")})
	}
	n := len(requests[0])
	if err := warm(ctx, o, n, busy); err != nil {
		return nil, nil, err
	}
	timings, err := measure(ctx, o, n, sides)
	if err != nil {
		return nil, nil, err
	}
	rates, err := measureRates(ctx, o, n, busy)
	return timings, rates, err
}
