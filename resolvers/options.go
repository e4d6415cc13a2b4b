package resolvers

import (
	"fmt"
	"math"
	"runtime"
	"time"

	"github.com/alecthomas/kong"
)

// Options are the settings of an executor. The tags define the program's flags
// and are the only place for the defaults.
type Options struct {
	Limits    `embed:""`
	Documents `embed:""`
}

// Limits are the maximum sizes of an operation. They are checked in this order,
// the cheapest check first.
type Limits struct {
	MaxBody          int           `env:"COMPANYGRAPH_MAX_BODY" default:"1048576" placeholder:"BYTES" help:"Maximum size of a request's body (default ${default})." group:"limits"`
	MaxValues        int           `env:"COMPANYGRAPH_MAX_VALUES" default:"10000" placeholder:"N" help:"Maximum number of JSON values in a body (default ${default})." group:"limits"`
	MaxQuery         int           `env:"COMPANYGRAPH_MAX_QUERY" default:"16384" placeholder:"BYTES" help:"Maximum size of a document (default ${default})." group:"limits"`
	MaxNesting       int           `env:"COMPANYGRAPH_MAX_NESTING" default:"100" placeholder:"N" help:"Maximum number of brackets open at once in a document (default ${default})." group:"limits"`
	MaxTokens        int           `env:"COMPANYGRAPH_MAX_TOKENS" default:"2000" placeholder:"N" help:"Maximum number of tokens in a document (default ${default})." group:"limits"`
	MaxDirectives    int           `env:"COMPANYGRAPH_MAX_DIRECTIVES" default:"50" placeholder:"N" help:"Maximum number of directives in a document (default ${default})." group:"limits"`
	MaxVariables     int           `env:"COMPANYGRAPH_MAX_VARIABLES" default:"100" placeholder:"N" help:"Maximum number of variables of an operation (default ${default})." group:"limits"`
	MaxDepth         int           `env:"COMPANYGRAPH_MAX_DEPTH" default:"16" placeholder:"N" help:"Maximum depth of nested fields (default ${default})." group:"limits"`
	MaxFields        int           `env:"COMPANYGRAPH_MAX_FIELDS" default:"1000" placeholder:"N" help:"Maximum number of fields in a document; a fragment's fields count each time it is spread (default ${default})." group:"limits"`
	MaxRootFields    int           `env:"COMPANYGRAPH_MAX_ROOT_FIELDS" default:"30" placeholder:"N" help:"Maximum number of root fields of an operation (default ${default})." group:"limits"`
	MaxMerges        int           `env:"COMPANYGRAPH_MAX_MERGES" default:"20000" placeholder:"N" help:"Maximum number of pairs of fields with the same response key (default ${default})." group:"limits"`
	MaxPage          int           `env:"COMPANYGRAPH_MAX_PAGE" default:"100" placeholder:"N" help:"Maximum number of nodes on a page, not above 100 (default ${default})." group:"limits"`
	MaxPrice         int           `env:"COMPANYGRAPH_MAX_PRICE" default:"100000" placeholder:"ROWS" help:"Maximum price of an operation: rows that it could read (default ${default})." group:"limits"`
	MaxRows          int           `env:"COMPANYGRAPH_MAX_ROWS" default:"100000" placeholder:"ROWS" help:"Maximum number of rows read for an operation (default ${default})." group:"limits"`
	MaxScanned       int           `env:"COMPANYGRAPH_MAX_SCANNED" default:"300000" placeholder:"ROWS" help:"Maximum number of rows of tables and indexes that SQLite scans for an operation, approximately (default ${default})." group:"limits"`
	MaxAnswer        int           `env:"COMPANYGRAPH_MAX_ANSWER" default:"2097152" placeholder:"BYTES" help:"Maximum size of an answer (default ${default})." group:"limits"`
	OperationTimeout time.Duration `env:"COMPANYGRAPH_OPERATION_TIMEOUT" default:"5s" placeholder:"TIME" help:"Maximum database time of an operation (default ${default})." group:"limits"`
}

// Documents says which documents clients may request, and how much the server
// reveals to them.
type Documents struct {
	TrustedDocuments string `env:"COMPANYGRAPH_TRUSTED_DOCUMENTS" placeholder:"PATH" help:"Folder of .graphql files, or JSON manifest, with documents that clients can request by hash." group:"documents"`
	TrustedOnly      bool   `env:"COMPANYGRAPH_TRUSTED_ONLY" help:"Refuse documents that --trusted-documents does not name." group:"documents"`
	Introspection    bool   `env:"COMPANYGRAPH_INTROSPECTION" default:"true" negatable:"" help:"Answer introspection queries (default)." group:"documents"`
	Suggestions      bool   `env:"COMPANYGRAPH_SUGGESTIONS" default:"true" negatable:"" help:"Suggest names when a name is unknown (default)." group:"documents"`
	Explain          bool   `env:"COMPANYGRAPH_EXPLAIN" help:"Return plan and statements to requests with the extension explain: true." group:"monitoring"`
}

// DefaultOptions are those of the program without flags.
func DefaultOptions() Options {
	o := Options{}
	if err := kong.ApplyDefaults(&o); err != nil {
		panic(err) // the tags, or the environment, are wrong
	}
	return o
}

// LocalOptions are the defaults without a limit on the price of operations, for
// operations of this process only.
func LocalOptions() Options {
	o := DefaultOptions()
	o.MaxPrice = math.MaxInt
	return o
}

// Validate reports whether the options can be used.
func (o *Options) Validate() error { return o.Limits.validate() }

// maxPageOfSchema is what the published descriptions promise.
const maxPageOfSchema = 100

func (l *Limits) validate() error {
	for _, limit := range []struct {
		flag  string
		value int
	}{
		{"max-body", l.MaxBody}, {"max-values", l.MaxValues}, {"max-query", l.MaxQuery}, {"max-nesting", l.MaxNesting}, {"max-tokens", l.MaxTokens},
		{"max-directives", l.MaxDirectives}, {"max-variables", l.MaxVariables}, {"max-depth", l.MaxDepth}, {"max-fields", l.MaxFields},
		{"max-root-fields", l.MaxRootFields}, {"max-merges", l.MaxMerges}, {"max-page", l.MaxPage}, {"max-price", l.MaxPrice}, {"max-rows", l.MaxRows},
		{"max-scanned", l.MaxScanned}, {"max-answer", l.MaxAnswer},
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

// processors is how many things that only compute are worth doing at once.
func processors() int { return runtime.GOMAXPROCS(0) }
