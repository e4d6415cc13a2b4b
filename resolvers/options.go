package resolvers

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/netip"
	"net/url"
	"runtime"
	"strings"
	"time"

	"github.com/alecthomas/kong"
)

// Options are the settings of a handler. The tags are those of the program's
// flags, and the one place of the defaults.
type Options struct {
	Limits     `embed:""`
	Traffic    `embed:""`
	Documents  `embed:""`
	Browsers   `embed:""`
	Monitoring `embed:""`
}

// Limits are the sizes of an operation at most. They are checked in this order:
// what is cheap to find out first, before it is paid for.
type Limits struct {
	MaxBody          int           `env:"MAX_BODY" default:"1048576" placeholder:"BYTES" help:"Size of a request's body (default ${default})." group:"limits"`
	MaxValues        int           `env:"MAX_VALUES" default:"10000" placeholder:"N" help:"JSON values in a body (default ${default})." group:"limits"`
	MaxQuery         int           `env:"MAX_QUERY" default:"16384" placeholder:"BYTES" help:"Size of a document (default ${default})." group:"limits"`
	MaxNesting       int           `env:"MAX_NESTING" default:"100" placeholder:"N" help:"Brackets open at once in a document (default ${default})." group:"limits"`
	MaxTokens        int           `env:"MAX_TOKENS" default:"2000" placeholder:"N" help:"Tokens of a document (default ${default})." group:"limits"`
	MaxDirectives    int           `env:"MAX_DIRECTIVES" default:"50" placeholder:"N" help:"Directives in a document (default ${default})." group:"limits"`
	MaxVariables     int           `env:"MAX_VARIABLES" default:"100" placeholder:"N" help:"Variables of an operation (default ${default})." group:"limits"`
	MaxDepth         int           `env:"MAX_DEPTH" default:"16" placeholder:"N" help:"Fields inside one another (default ${default})." group:"limits"`
	MaxFields        int           `env:"MAX_FIELDS" default:"1000" placeholder:"N" help:"Fields of a document, those of a fragment wherever it is spread (default ${default})." group:"limits"`
	MaxRootFields    int           `env:"MAX_ROOT_FIELDS" default:"30" placeholder:"N" help:"Root fields of an operation (default ${default})." group:"limits"`
	MaxMerges        int           `env:"MAX_MERGES" default:"20000" placeholder:"N" help:"Pairs of fields that are answered under one key (default ${default})." group:"limits"`
	MaxPage          int           `env:"MAX_PAGE" default:"100" placeholder:"N" help:"Nodes of a page; 100 at most (default ${default})." group:"limits"`
	MaxPrice         int           `env:"MAX_PRICE" default:"20000" placeholder:"ROWS" help:"Price of an operation (default ${default})." group:"limits"`
	MaxAnswer        int           `env:"MAX_ANSWER" default:"2097152" placeholder:"BYTES" help:"Size of an answer (default ${default})." group:"limits"`
	OperationTimeout time.Duration `env:"OPERATION_TIMEOUT" default:"5s" placeholder:"TIME" help:"Time the database may take for an operation (default ${default})." group:"limits"`
}

// Traffic says how much may come at once, and from whom.
type Traffic struct {
	RateLimit    float64        `env:"RATE_LIMIT" default:"20" placeholder:"N" help:"Requests a second from one address, 0 for any number (default ${default})." group:"limits"`
	RateBurst    int            `env:"RATE_BURST" default:"100" placeholder:"N" help:"Requests at once from one address that has been quiet (default ${default})." group:"limits"`
	MaxRequests  int            `env:"MAX_REQUESTS" default:"64" placeholder:"N" help:"Requests being answered at once; further ones wait for a second (default ${default})." group:"limits"`
	TrustedProxy []netip.Prefix `env:"TRUSTED_PROXY" placeholder:"CIDR" help:"Proxies whose X-Forwarded-For is believed, such as 10.0.0.0/8 (default none)." group:"network"`
}

// Documents says which documents may be asked, and how others are answered.
type Documents struct {
	TrustedDocuments string        `env:"TRUSTED_DOCUMENTS" placeholder:"PATH" help:"Folder of .graphql files, or JSON manifest, of documents that can be asked for by hash." group:"documents"`
	TrustedOnly      bool          `env:"TRUSTED_ONLY" help:"Refuse all other documents." group:"documents"`
	CacheFor         time.Duration `env:"CACHE_FOR" default:"0s" placeholder:"TIME" help:"Time for which answers to GET may be used without asking again (default ${default})." group:"documents"`
	Introspection    bool          `env:"INTROSPECTION" default:"true" negatable:"" help:"Answer questions about the schema (default)." group:"documents"`
	Suggestions      bool          `env:"SUGGESTIONS" default:"true" negatable:"" help:"Suggest names for unknown ones (default)." group:"documents"`
	Status422        bool          `name:"status-422" env:"STATUS_422" help:"Answer well-formed requests that cannot be run with 422 instead of 400, as newer drafts have it." group:"documents"`
}

// Browsers says which pages of other origins may call the server.
type Browsers struct {
	CORSOrigin      []string `name:"cors-origin" env:"CORS_ORIGIN" placeholder:"ORIGIN" help:"Origins whose pages may call the server, such as https://app.example.org (default none)." group:"network"`
	CORSCredentials bool     `name:"cors-credentials" env:"CORS_CREDENTIALS" help:"Let those pages send cookies and other credentials." group:"network"`
}

// DefaultOptions are those of the program without flags.
func DefaultOptions() Options {
	o := Options{}
	if err := kong.ApplyDefaults(&o); err != nil {
		panic(err) // the tags, or the environment, are wrong
	}
	return o
}

// LocalOptions are the defaults without limits on the rate of requests and the
// price of operations, and with less in the log: for a handler that only this
// process calls.
func LocalOptions() Options {
	o := DefaultOptions()
	o.RateLimit, o.MaxPrice = 0, math.MaxInt
	o.RequestLevel, o.SlowOperation = slog.LevelDebug, 0
	return o
}

// Validate tells whether the options can be used. kong calls it of what it
// parsed, and NewHandler of what it is given.
func (o *Options) Validate() error {
	return cmp.Or(o.Limits.validate(), o.Traffic.validate(), o.Browsers.validate())
}

// maxPageOfSchema is what the published descriptions promise.
const maxPageOfSchema = 100

func (l *Limits) validate() error {
	for _, limit := range []struct {
		flag  string
		value int
	}{
		{"max-body", l.MaxBody}, {"max-values", l.MaxValues}, {"max-query", l.MaxQuery}, {"max-nesting", l.MaxNesting}, {"max-tokens", l.MaxTokens},
		{"max-directives", l.MaxDirectives}, {"max-variables", l.MaxVariables}, {"max-depth", l.MaxDepth}, {"max-fields", l.MaxFields},
		{"max-root-fields", l.MaxRootFields}, {"max-merges", l.MaxMerges}, {"max-page", l.MaxPage}, {"max-price", l.MaxPrice}, {"max-answer", l.MaxAnswer},
		{"operation-timeout", int(l.OperationTimeout)},
	} {
		if limit.value <= 0 {
			return fmt.Errorf("--%s: must be above 0", limit.flag)
		}
	}
	if l.MaxPage > maxPageOfSchema {
		return fmt.Errorf("--max-page %d: the schema promises %d at most", l.MaxPage, maxPageOfSchema)
	}
	return nil
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
	return nil
}

// processors is how many things that only compute are worth doing at once.
func processors() int { return runtime.GOMAXPROCS(0) }
