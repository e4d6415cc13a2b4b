// Package attack_test sends what attackers send to the server as it is built,
// with its default limits but that of the rate, which would hide the others.
package attack_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"companygraph/test/program"

	"github.com/tidwall/gjson"
)

const (
	// refusedWithin is the time that any refusal takes at most.
	refusedWithin = 2 * time.Second
	// maxResident is the memory that the server takes at most, in bytes.
	maxResident = 512 << 20
	// secret stands for what must not be echoed.
	secret = "SECRET-0123"
)

func TestMain(m *testing.M) { program.Main(m) }

// attack is a request, and how it is to be refused.
type attack struct {
	name        string
	contentType string
	encoding    string
	body        []byte
	status      int
	// code is that of the error, limited the limit that it names, if any.
	code, limited string
}

// query is an attack by a document.
func query(name, text, code, limited string) attack {
	return request(name, map[string]any{"query": text}, 200, code, limited)
}

func request(name string, members any, status int, code, limited string) attack {
	body, err := json.Marshal(members)
	if err != nil {
		panic(err) // there is nothing in it that JSON cannot say
	}
	return raw(name, body, status, code, limited)
}

func raw(name string, body []byte, status int, code, limited string) attack {
	return attack{name: name, contentType: "application/json", body: body, status: status, code: code, limited: limited}
}

// numbered repeats a text with numbers in place of #.
func numbered(n int, text string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(text, "#", strconv.Itoa(i)))
	}
	return b.String()
}

// nested puts n levels of lists into one another.
func nested(n int) string {
	return "{ entities { nodes " + strings.Repeat("{ facts { nodes { participants { entity ", n) + "{ id }" + strings.Repeat(" } } } }", n) + " } }"
}

func attacks() []attack {
	repeat := strings.Repeat
	doubled := "{ ...f0 } fragment f30 on Query { __typename }"
	for i := range 30 {
		doubled += fmt.Sprintf(" fragment f%d on Query { ...f%d ...f%d }", i, i+1, i+1)
	}
	conflicts := "{ bans { " + repeat("a: totalCount ", 100) + repeat("a: __typename ", 95) + "} }"
	wide := "{ entities(first: 100) { nodes { facts(first: 100, orderBy: [{ field: TITLE }]) { edges { " + numbered(630, "a#: cursor ") + "} } } } }"
	return []attack{
		query("levels of lists", nested(3), "LIMIT_EXCEEDED", "price"),
		query("twenty levels of lists", nested(20), "LIMIT_EXCEEDED", "depth"),
		query("pages in pages", "{ entities { nodes { facts { nodes { participants { entity { "+numbered(60, "a#: facts(first: 100) { nodes { participants { role } } } ")+"} } } } } } }", "LIMIT_EXCEEDED", "price"),
		query("20,000 equal fields", "{ "+repeat("bans ", 20_000)+"}", "LIMIT_EXCEEDED", "query"),
		query("1,900 equal fields", "{ bans { "+repeat("a ", 1900)+"} }", "LIMIT_EXCEEDED", "fields"),
		query("900 equal fields", "{ bans { "+repeat("totalCount ", 900)+"} }", "LIMIT_EXCEEDED", "merges"),
		query("equal fields in equal fields", "{ "+repeat("bans { "+repeat("totalCount ", 40)+"} ", 20)+"}", "LIMIT_EXCEEDED", "merges"),
		query("conflicts", conflicts, "GRAPHQL_VALIDATION_FAILED", ""),
		query("200,000 tokens", repeat("{", 200_000), "LIMIT_EXCEEDED", "query"),
		query("8,000 tokens", "{ "+repeat("a ", 8000)+"}", "LIMIT_EXCEEDED", "tokens"),
		query("8,000 brackets", repeat("[", 8000), "LIMIT_EXCEEDED", "nesting"),
		query("20,000 aliases", "{ "+numbered(20_000, "a#: __typename ")+"}", "LIMIT_EXCEEDED", "query"),
		query("600 aliases of a root field", "{ "+numbered(600, "a#: __typename ")+"}", "LIMIT_EXCEEDED", "rootFields"),
		query("doubling fragments", doubled, "LIMIT_EXCEEDED", "fields"),
		query("fragments in a circle", "{ ...f } fragment f on Query { a: __typename ...g } fragment g on Query { ...f }", "GRAPHQL_VALIDATION_FAILED", ""),
		query("unknown fragments", "{ "+repeat("...nothing ", 600)+"}", "GRAPHQL_VALIDATION_FAILED", ""),
		query("many operations of one fragment", numbered(100, "query q# { ...f } ")+"fragment f on Query { bans { "+repeat("totalCount ", 100)+"} }", "LIMIT_EXCEEDED", "fields"),
		query("directives", "{ __typename "+repeat("@skip(if: false) ", 150)+"}", "LIMIT_EXCEEDED", "directives"),
		query("variables", "query ("+numbered(300, "$v#: Int ")+") { __typename }", "LIMIT_EXCEEDED", "variables"),
		query("introspection", "{ __schema { types "+repeat("{ fields { type ", 5)+"{ name"+repeat(" } }", 5)+" } } }", "GRAPHQL_VALIDATION_FAILED", ""),
		query("unknown names", "{ firms { nodes { "+numbered(400, "unknown# ")+"} } }", "GRAPHQL_VALIDATION_FAILED", ""),
		query("a long name", "{ "+repeat("x", 16_000)+" }", "GRAPHQL_VALIDATION_FAILED", ""),
		query("a long string", `{ firm(id: 5, x: "`+repeat("x", 16_000)+`") { id } }`, "GRAPHQL_VALIDATION_FAILED", ""),
		query("a large answer", wide, "LIMIT_EXCEEDED", "answer"),
		query("a large page", "{ firms(first: 2000000000) { totalCount } }", "LIMIT_EXCEEDED", "argument"),
		query("many words", `{ search(query: "`+numbered(1000, "w# ")+`") { totalCount } }`, "LIMIT_EXCEEDED", "argument"),
		query("nested conditions", "{ firms(where: "+repeat("{ not: ", 30)+"{}"+repeat("}", 30)+") { totalCount } }", "LIMIT_EXCEEDED", "argument"),

		raw("20 MB", bytes.Repeat([]byte(" "), 20<<20), 413, "LIMIT_EXCEEDED", "body"),
		raw("nested lists", bytes.Repeat([]byte("["), 1<<20), 400, "LIMIT_EXCEEDED", "values"),
		raw("many values", []byte(`{"query":"{ __typename }","variables":{"v":[`+repeat("{},", 340_000)+`{}]}}`), 400, "LIMIT_EXCEEDED", "values"),
		raw("many operations", []byte("["+repeat(`{"query":"{__typename}"},`, 2000)+`{}]`), 400, "BAD_REQUEST", ""),
		raw("malformed", []byte(`{"query": "`+secret), 400, "BAD_REQUEST", ""),
		request("a large variable", map[string]any{"query": "query ($v: ID!) { firm(id: $v) { id } }", "variables": map[string]any{"v": []any{repeat(secret, 50_000)}}}, 200, "GRAPHQL_VALIDATION_FAILED", ""),
		{name: "multipart", contentType: "multipart/form-data; boundary=x", body: []byte("--x--"), status: 415, code: "BAD_REQUEST"},
		{name: "form", contentType: "application/x-www-form-urlencoded", body: []byte("query={__typename}"), status: 415, code: "BAD_REQUEST"},
		{name: "text", contentType: "text/plain", body: []byte(`{"query":"{ __typename }"}`), status: 415, code: "BAD_REQUEST"},
		{name: "gzip bomb", contentType: "application/json", encoding: "gzip", body: bomb(), status: 400, code: "BAD_REQUEST"},
	}
}

// bomb is 100 MB of spaces in 100 KB.
func bomb() []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	for range 100 {
		_, _ = w.Write(bytes.Repeat([]byte(" "), 1<<20))
	}
	_ = w.Close()
	return b.Bytes()
}

// launch sends the attack and says what is wrong with the answer; "" if nothing is.
func (a attack) launch(url string) string {
	began := time.Now()
	r, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(a.body))
	if err != nil {
		return err.Error()
	}
	r.Header.Set("Content-Type", a.contentType)
	if a.encoding != "" {
		r.Header.Set("Content-Encoding", a.encoding)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err.Error()
	}
	first := gjson.GetBytes(text, "errors.0.extensions")
	switch took := time.Since(began); {
	case took > refusedWithin:
		return fmt.Sprintf("took %s", took)
	case response.StatusCode != a.status || first.Get("code").Str != a.code || first.Get("limited").Str != a.limited:
		return fmt.Sprintf("%d %.500s", response.StatusCode, text)
	case a.limited != "" && first.Get("value").Int() <= first.Get("limit").Int():
		return fmt.Sprintf("value or limit is not told: %.500s", text)
	case len(text) > 20_000 || bytes.Contains(text, []byte(secret)):
		return fmt.Sprintf("%d bytes: %.500s", len(text), text)
	}
	return ""
}

// launchUnderLoad launches the attack beside others: its refusal may be late, or
// it is turned away for now.
func (a attack) launchUnderLoad(t *testing.T, url string) {
	t.Helper()
	problem := a.launch(url)
	if problem != "" && !strings.HasPrefix(problem, "took ") && !strings.HasPrefix(problem, "503 ") {
		t.Errorf("%s: %s", a.name, problem)
	}
}

// Every attack is refused in time, by the limit that is meant for it; together
// and again and again they do not make the server take more memory than it may,
// and people are answered meanwhile.
func TestAttacks(t *testing.T) {
	s := program.Start(t, t.TempDir(), "--rate-limit", "0")
	all := attacks()
	for _, a := range all {
		t.Run(a.name, func(t *testing.T) {
			if problem := a.launch(s.URL); problem != "" {
				t.Error(problem)
			}
		})
	}
	t.Run("at once", func(t *testing.T) { atOnce(t, s, all) })
	t.Run("unread", func(t *testing.T) { unread(t, s) })
	t.Run("slow", func(t *testing.T) { slow(t, s) })
	stops(t, s)
}

// stops ends the server and holds it to having taken no more memory than it may.
func stops(t *testing.T, s *program.Process) {
	t.Helper()
	peak := s.PeakMemory(t)
	if err := s.Stop(); err != nil {
		t.Errorf("the server ended with %v", err)
	}
	t.Logf("peak memory: %d MiB", peak>>20)
	if peak > maxResident {
		t.Errorf("the server took %d bytes, more than %d", peak, maxResident)
	}
}

// atOnce has attackers send everything over and over, and a person ask.
func atOnce(t *testing.T, s *program.Process, all []attack) {
	const attackers, rounds = 16, 5
	var wait sync.WaitGroup
	for i := range attackers {
		wait.Go(func() {
			for n := range rounds * len(all) {
				a := all[(n+i*5)%len(all)]
				a.launchUnderLoad(t, s.URL)
			}
		})
	}
	for range 20 {
		body := strings.NewReader(`{"query":"{ firm(id: \"kaspersky-lab\") { name } }"}`)
		response, err := http.Post(s.URL, "application/json", body)
		if err != nil {
			t.Error(err)
			continue
		}
		text, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if !bytes.Contains(text, []byte("Kaspersky Lab")) && response.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("a person is answered %d %.300s", response.StatusCode, text)
		}
	}
	wait.Wait()
}

// unread asks for the largest answers there are on many connections, and does
// not read them.
func unread(t *testing.T, s *program.Process) {
	query := "{ entities(first: 100) { nodes { facts(first: 100, orderBy: [{ field: TITLE }]) { edges { " + numbered(500, "a#: cursor ") + "} } } } }"
	body, err := json.Marshal(map[string]any{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	const connections, silence = 200, 5 * time.Second
	for range connections {
		connection, err := net.Dial("tcp", s.Host())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = connection.Close() })
		head := "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n"
		if _, err := connection.Write(append([]byte(head), body...)); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(silence)
}

// slow sends headers and a body that never end: the server hangs up.
func slow(t *testing.T, s *program.Process) {
	var wait sync.WaitGroup
	for name, beginning := range map[string]string{
		"headers": "POST /graphql HTTP/1.1\r\nHost: x\r\nX-Slow: ",
		"body":    "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
		"nothing": "",
	} {
		wait.Go(func() {
			connection, err := net.Dial("tcp", s.Host())
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = connection.Close() }()
			_, _ = io.WriteString(connection, beginning)
			const patience = 15 * time.Second
			_ = connection.SetReadDeadline(time.Now().Add(patience))
			if _, err := io.Copy(io.Discard, connection); os.IsTimeout(err) {
				t.Errorf("slow %s: still open after %s", name, patience)
			}
		})
	}
	wait.Wait()
}

// Texts as long as they may be make cheap operations large: what may be read of
// them is bounded, and answers within the bounds are given.
func TestLongTexts(t *testing.T) {
	folder := t.TempDir()
	const firms, clients, rounds = 200, 150, 9
	fill(t, folder, firms)
	s := program.Start(t, folder, "--rate-limit", "0", "--dataset", "none")
	refused := []attack{
		query("a page", "{ firms(first: 40) { nodes { description } } }", "LIMIT_EXCEEDED", "answer"),
		query("many pages", "{ "+numbered(20, "a#: firms(first: 100) { nodes { description } } ")+" }", "LIMIT_EXCEEDED", "text"),
	}
	for _, a := range refused {
		if problem := a.launch(s.URL); problem != "" {
			t.Errorf("%s: %s", a.name, problem)
		}
	}
	var answered atomic.Int64
	var wait sync.WaitGroup
	for i := range clients {
		wait.Go(func() {
			for n := range rounds {
				if a := (i + n) % 3; a < len(refused) {
					refused[a].launchUnderLoad(t, s.URL)
					continue
				}
				answer, err := s.Post("{ firms(first: 30) { nodes { description } } }")
				switch {
				case err != nil:
					t.Errorf("a large answer within the limits: %v", err)
				case len(answer.Body) >= 30*longText:
					answered.Add(1)
				case answer.Status != http.StatusServiceUnavailable && !strings.Contains(answer.Body, `"TIMEOUT"`):
					// So many clients may be too many for a busy machine.
					t.Errorf("a large answer within the limits: %d %.300s", answer.Status, answer.Body)
				}
			}
		})
	}
	wait.Wait()
	if answered.Load() == 0 {
		t.Error("no large answer within the limits was given")
	}
	stops(t, s)
}

// longText is the length of the longest text that a dataset may have.
const longText = 64 << 10

// fill loads firms with long descriptions into the folder's database.
func fill(t *testing.T, folder string, firms int) {
	t.Helper()
	dataset := "dataset: long\nentities:\n" + numbered(firms, "  - { id: firm-#, type: Company, name: Firm #, description: "+strings.Repeat("x", longText)+" }\n")
	if printed, err := program.Load(t, folder, []byte(dataset)).Run(t); err != nil {
		t.Fatalf("%v: %s", err, printed)
	}
}
