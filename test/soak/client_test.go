package soak_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"companygraph/test/program"

	"github.com/tidwall/gjson"
)

// tally counts what clients did, by kind.
type tally map[string]int

func (t *tally) add(other tally) {
	if *t == nil {
		*t = tally{}
	}
	for kind, n := range other {
		(*t)[kind] += n
	}
}

// kinds are what clients do. Each returns what is wrong with the answer, or "".
var kinds = []struct {
	name string
	do   func(c *client, query string) (problem string)
}{
	{"examples asked by POST", (*client).post},
	{"examples asked by GET", (*client).get},
	{"examples asked by hash", (*client).byHash},
	{"operations refused", (*client).refused},
	{"connections cut", (*client).cut},
}

// client asks one thing after the other.
type client struct {
	*testing.T
	server *program.Process
	http   *http.Client
	random *rand.Rand
	tally  tally
	// tags are the ETags of addresses.
	tags     map[string]string
	examples []string
}

func newClient(t *testing.T, server *program.Process, seed uint64) *client {
	t.Helper()
	c := &client{
		T: t, server: server, random: rand.New(rand.NewPCG(seed, 1)), tally: tally{}, tags: map[string]string{},
		http: &http.Client{Transport: &http.Transport{}, Timeout: time.Minute},
	}
	files, err := filepath.Glob("../../web/examples/*.graphql")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no examples: ", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c.examples = append(c.examples, string(text))
	}
	return c
}

// everything does all there is to do with all examples, once.
func (c *client) everything() {
	for _, query := range c.examples {
		for kind := range kinds {
			c.do(kind, query)
		}
	}
	clear(c.tally)
}

// askUntil does this and that until the time is over.
func (c *client) askUntil(ctx context.Context) {
	for ctx.Err() == nil {
		c.do(c.random.IntN(len(kinds)), c.examples[c.random.IntN(len(c.examples))])
		wait(ctx, c.random)
	}
}

func (c *client) do(kind int, query string) {
	if problem := kinds[kind].do(c, query); problem != "" {
		c.Errorf("%s: %.500s", kinds[kind].name, problem)
	}
	c.tally[kinds[kind].name]++
}

// send sends a request and reads the whole answer.
func (c *client) send(r *http.Request, err error) (*http.Response, []byte, error) {
	if err != nil {
		return nil, nil, err
	}
	response, err := c.http.Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	return response, text, err
}

// ask posts a request and returns the code of the first error, and the answer.
func (c *client) ask(members map[string]any) (code, text string) {
	r, err := http.NewRequest(http.MethodPost, c.server.URL, bytes.NewReader(encoded(members)))
	if err == nil {
		r.Header.Set("Content-Type", "application/json")
	}
	_, answer, err := c.send(r, err)
	if err != nil {
		return err.Error(), ""
	}
	return gjson.GetBytes(answer, "errors.0.extensions.code").Str, string(answer)
}

func encoded(members map[string]any) []byte {
	body, err := json.Marshal(members)
	if err != nil {
		panic(err) // there is nothing in it that JSON cannot say
	}
	return body
}

// answered is the problem with an answer that ought to have data alone.
func answered(code, text string) string {
	if code != "" || !gjson.Get(text, "data").IsObject() {
		return code + " " + text
	}
	return ""
}

func (c *client) post(query string) string {
	return answered(c.ask(map[string]any{"query": query}))
}

// get asks again for what it has already with its ETag.
func (c *client) get(query string) string {
	address := c.server.URL + "?" + url.Values{"query": {query}}.Encode()
	r, err := http.NewRequest(http.MethodGet, address, http.NoBody)
	tag := c.tags[address]
	if err == nil && tag != "" {
		r.Header.Set("If-None-Match", tag)
	}
	response, text, err := c.send(r, err)
	switch {
	case err != nil:
		return err.Error()
	case tag != "" && response.StatusCode != http.StatusNotModified, tag == "" && response.StatusCode != http.StatusOK:
		return fmt.Sprintf("%s with ETag %q %s", response.Status, tag, text)
	}
	c.tags[address] = response.Header.Get("ETag")
	return ""
}

// byHash sends a document by its hash, and with its text if the server asks for
// it. Now and then it is one that nobody sent before.
func (c *client) byHash(query string) string {
	if c.random.IntN(10) == 0 {
		query += fmt.Sprintf("# %d", c.random.Uint64())
	}
	sum := sha256.Sum256([]byte(query))
	members := map[string]any{"extensions": map[string]any{"persistedQuery": map[string]any{"version": 1, "sha256Hash": hex.EncodeToString(sum[:])}}}
	code, text := c.ask(members)
	if code == "PERSISTED_QUERY_NOT_FOUND" {
		members["query"] = query
		code, text = c.ask(members)
	}
	return answered(code, text)
}

// wrong are operations with the codes by which they are refused.
var wrong = []struct{ query, code string }{
	{"{ bans { nodes { nothing } } }", "GRAPHQL_VALIDATION_FAILED"},
	{"{ bans {", "GRAPHQL_PARSE_FAILED"},
	{"{ bans(first: 1000) { nodes { id } } }", "LIMIT_EXCEEDED"},
	// Too expensive on the smallest graph.
	{"{ entities { nodes { " + strings.Repeat("facts { nodes { participants { entity { ", 3) + "id" + strings.Repeat(" } } } }", 3) + " } } }", "LIMIT_EXCEEDED"},
	{`{ bans(after: "nowhere") { nodes { id } } }`, "BAD_USER_INPUT"},
}

func (c *client) refused(string) string {
	w := wrong[c.random.IntN(len(wrong))]
	if code, text := c.ask(map[string]any{"query": w.query}); code != w.code {
		return fmt.Sprintf("%s is refused by %q, not %s: %s", w.query, code, w.code, text)
	}
	return ""
}

// cut hangs up in the middle of the request or of the answer.
func (c *client) cut(query string) string {
	dialled, err := net.Dial("tcp", c.server.Host())
	if err != nil {
		return err.Error()
	}
	defer func() { _ = dialled.Close() }()
	body := encoded(map[string]any{"query": query})
	request := fmt.Appendf(nil, "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	sent := len(request)
	if c.random.IntN(2) == 0 {
		sent = c.random.IntN(len(request))
	}
	if _, err := dialled.Write(request[:sent]); err != nil {
		return err.Error()
	}
	if sent == len(request) {
		if _, err := dialled.Read(make([]byte, 1+c.random.IntN(500))); err != nil {
			return err.Error()
		}
	}
	return ""
}
