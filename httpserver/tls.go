package httpserver

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// TLS names the certificate for HTTPS; without one, the server speaks plain
// HTTP.
type TLS struct {
	TLSCert string `name:"tls-cert" env:"COMPANYGRAPH_TLS_CERT" placeholder:"FILE" help:"Certificate chain for HTTPS, in PEM; reloaded when it changes." group:"network"`
	TLSKey  string `name:"tls-key" env:"COMPANYGRAPH_TLS_KEY" placeholder:"FILE" help:"Its key, in PEM." group:"network"`
}

// Config returns the configuration of the server, nil for plain HTTP. It fails
// if the certificate cannot be used.
func (t *TLS) Config() (*tls.Config, error) {
	if (t.TLSCert == "") != (t.TLSKey == "") {
		return nil, errors.New("--tls-cert and --tls-key belong together")
	}
	if t.TLSCert == "" {
		return nil, nil
	}
	c := &certificate{files: *t}
	if err := c.load(); err != nil {
		return nil, fmt.Errorf("--tls-cert %s: %w", t.TLSCert, err)
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get, NextProtos: []string{"h2", "http/1.1"}}, nil
}

// lookEvery is how often handshakes look whether the files have changed.
const lookEvery = time.Second

// certificate is the newest one of the files that could be used.
type certificate struct {
	files TLS

	mu      sync.Mutex
	current *tls.Certificate
	changed [2]time.Time
	looked  time.Time
}

// get is asked at each handshake.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.looked) > lookEvery {
		// One that cannot be used now, such as one that is half written, is
		// tried again at the next look.
		if err := c.reload(); err != nil {
			slog.Error("the new certificate cannot be used; the last one stays", "cause", err)
		}
	}
	return c.current, nil
}

func (c *certificate) reload() error {
	c.looked = time.Now()
	changed, err := c.times()
	if err != nil || changed == c.changed {
		return err
	}
	if err := c.load(); err != nil {
		return err
	}
	slog.Info("the certificate was read again")
	return nil
}

// load reads the files. Their times are taken first, so that what is written
// meanwhile is noticed later.
func (c *certificate) load() error {
	changed, err := c.times()
	if err != nil {
		return err
	}
	pair, err := tls.LoadX509KeyPair(c.files.TLSCert, c.files.TLSKey)
	if err != nil {
		return err
	}
	c.current, c.changed, c.looked = &pair, changed, time.Now()
	return nil
}

func (c *certificate) times() (times [2]time.Time, err error) {
	for i, file := range []string{c.files.TLSCert, c.files.TLSKey} {
		info, err := os.Stat(file)
		if err != nil {
			return times, err
		}
		times[i] = info.ModTime()
	}
	return times, nil
}
