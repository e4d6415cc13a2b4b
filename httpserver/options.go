package httpserver

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"companygraph/resolvers"
	"companygraph/telemetry"

	"github.com/alecthomas/kong"
	"golang.org/x/net/http/httpguts"
)

// Options are those of a handler. The tags define the program's flags and are
// the only place for the defaults.
type Options struct {
	resolvers.Options    `embed:""`
	Traffic              `embed:""`
	Answers              `embed:""`
	Browsers             `embed:""`
	telemetry.Monitoring `embed:""`
}

// Traffic limits requests, and says which proxies are trusted.
type Traffic struct {
	RateLimit    float64        `env:"COMPANYGRAPH_RATE_LIMIT" default:"50" placeholder:"N" help:"Requests a second from one address; 0 means no limit (default ${default}). This machine is not limited." group:"limits"`
	RateBurst    int            `env:"COMPANYGRAPH_RATE_BURST" default:"300" placeholder:"N" help:"Requests at once from one address after a pause (default ${default})." group:"limits"`
	MaxRequests  int            `env:"COMPANYGRAPH_MAX_REQUESTS" default:"64" placeholder:"N" help:"Requests being answered at once; further ones wait for a second (default ${default})." group:"limits"`
	TrustedProxy []netip.Prefix `env:"COMPANYGRAPH_TRUSTED_PROXY" placeholder:"CIDR" help:"Proxies whose X-Forwarded-For is trusted, such as 10.0.0.0/8 (default none)." group:"network"`
}

// Answers says how answers are sent.
type Answers struct {
	CacheFor  time.Duration `env:"COMPANYGRAPH_CACHE_FOR" default:"0s" placeholder:"TIME" help:"Time for which caches may reuse answers to GET without asking again (default ${default})." group:"documents"`
	Status422 bool          `name:"status-422" env:"COMPANYGRAPH_STATUS_422" help:"Answer well-formed requests that cannot be run with 422 instead of 400, as in newer drafts." group:"documents"`
}

// Browsers says which pages of other origins may call the server.
type Browsers struct {
	CORSOrigin      []string `name:"cors-origin" env:"COMPANYGRAPH_CORS_ORIGIN" placeholder:"ORIGIN" help:"Origins whose pages may call the server, such as https://app.example.org (default none)." group:"network"`
	CORSHeader      []string `name:"cors-header" env:"COMPANYGRAPH_CORS_HEADER" placeholder:"HEADER" help:"Additional request headers that those pages may send, such as X-App-Version." group:"network"`
	CORSLocalhost   bool     `name:"cors-localhost" env:"COMPANYGRAPH_CORS_LOCALHOST" help:"Let pages of this machine, on any port, call the server; for development." group:"network"`
	CORSCredentials bool     `name:"cors-credentials" env:"COMPANYGRAPH_CORS_CREDENTIALS" help:"Let those pages send cookies and other credentials." group:"network"`
}

// DefaultOptions are those of the program without flags.
func DefaultOptions() Options {
	s := Options{}
	if err := kong.ApplyDefaults(&s); err != nil {
		panic(err) // the tags, or the environment, are wrong
	}
	return s
}

// LocalOptions are the defaults without limits on the rate of requests and the
// price of operations, and with a quieter log, for a handler that only this
// process calls.
func LocalOptions() Options {
	s := DefaultOptions()
	s.Options = resolvers.LocalOptions()
	s.RateLimit = 0
	s.RequestLevel, s.SlowOperation = slog.LevelDebug, 0
	return s
}

// Validate reports whether the options can be used. kong calls it of what it
// parsed, and NewHandler of what it is given.
func (s *Options) Validate() error {
	return cmp.Or(s.Options.Validate(), s.Traffic.validate(), s.Browsers.validate())
}

func (t *Traffic) validate() error {
	if t.RateLimit < 0 || t.RateBurst <= 0 || t.MaxRequests <= 0 {
		return errors.New("--rate-limit must not be negative, --rate-burst and --max-requests must be above 0")
	}
	return nil
}

func (b *Browsers) validate() error {
	for _, origin := range b.CORSOrigin {
		if u, err := url.Parse(origin); err != nil || u.Host == "" || strings.Contains(origin, "*") || u.Scheme+"://"+u.Host != origin {
			return fmt.Errorf("--cors-origin %s: must be an origin such as https://app.example.org", origin)
		}
	}
	for _, header := range b.CORSHeader {
		// rs/cors takes * for every header.
		if !httpguts.ValidHeaderFieldName(header) || strings.Contains(header, "*") {
			return fmt.Errorf("--cors-header %s: must be the name of a header, such as X-App-Version", header)
		}
	}
	return nil
}
