package graphtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"companygraph/graph"
	"companygraph/graph/store"
	"companygraph/graph/write"
	"companygraph/httpserver"
	"companygraph/schema"

	"github.com/tidwall/gjson"
)

// State is all that a store tells of its graph, as text: every node as it
// could be written again, and what the server answers to operations that read
// what is derived and every kind of index. Stores that hold the same graph have
// the same state.
func State(t *testing.T, store store.Store) string {
	t.Helper()
	w := &world{T: t, store: store, server: httpserver.NewLocalHandler(store, schema.Model())}
	var b strings.Builder
	for _, one := range w.export(500) {
		writeNode(&b, one.Node)
		for _, node := range one.Parts {
			b.WriteString("  ")
			writeNode(&b, node)
		}
	}
	for _, query := range stateQueries {
		w.pages(&b, query)
	}
	return b.String()
}

// export is all that the store has, read in pages.
func (w *world) export(page int) []write.Stored {
	w.Helper()
	var all []write.Stored
	after := graph.ID("")
	for {
		more, err := w.store.Export(w.Context(), 0, after, page)
		if err != nil {
			w.Fatal(err)
		}
		if len(more) == 0 {
			return all
		}
		all = append(all, more...)
		after = more[len(more)-1].Node.ID
	}
}

func writeNode(b *strings.Builder, node *graph.Node) {
	fmt.Fprintf(b, "%q %s", node.ID, node.Type.Name)
	for _, name := range slices.Sorted(maps.Keys(node.Values)) {
		value := node.Values[name].AppendJSON(nil)
		if p := node.Type.Property(name); p.Kind == graph.KindValue {
			value = []byte(node.Values[name].Text())
		}
		fmt.Fprintf(b, " %s=%s", name, value)
	}
	for _, l := range node.Links {
		fmt.Fprintf(b, " %s>%q%s", l.Type.Field, l.To, l.Status)
	}
	b.WriteByte('\n')
}

// stateQueries have one connection each, which is read page by page.
var stateQueries = []string{
	`entities(first: 100, after: $after) {
		totalCount pageInfo { endCursor }
		nodes {
			__typename id name aliases { value kind language } identifiers { scheme value } description
			facts(first: 9) { totalCount nodes { id } }
			events(first: 9, orderBy: [{ field: DATE, direction: DESC }]) { totalCount nodes { id date { edtf earliest latest } } }
			claims(first: 9) { totalCount nodes { id } }
			statementsAbout(first: 9) { totalCount nodes { id } }
		}
	}`,
	`facts(first: 100, after: $after) {
		totalCount pageInfo { endCursor }
		nodes {
			__typename id title phase status several date { edtf certainFrom certainUntil }
			participants { role status entity { id name } }
			claims(first: 9) { totalCount nodes {
				id stance attribution fact { id } on { role entity { id } } attributedTo { id } madeAt { edtf }
				utteredIn { id } source { id } evidence { start end sha256 quote source { id } }
			} }
			... on Statement { responseTo { id } quotations { text gist about { id } source { id } evidence { quote } } }
		}
	}`,
	`sources(first: 100, after: $after) {
		totalCount pageInfo { endCursor }
		nodes { id title publisher publishedOn { edtf } url language sha256 claims(first: 9) { totalCount nodes { id } } }
	}`,
	`firms(first: 100, after: $after, orderBy: [{ field: NAME, direction: DESC }]) {
		pageInfo { endCursor }
		nodes { id name country bans(first: 3, where: { status: { in: [ASSERTED, DISPUTED] } }) { totalCount nodes { id } } offices { totalCount } products { totalCount } }
	}`,
	`claims(first: 100, after: $after, where: { stance: { ne: ASSERTS } }) { totalCount pageInfo { endCursor } nodes { id } }`,
	`search(query: "al", first: 100, after: $after) { totalCount pageInfo { endCursor } nodes { id } }`,
	`search(query: "report on kaspersky", first: 100, after: $after) { totalCount pageInfo { endCursor } nodes { id } }`,
}

// pages writes the answers for all pages of a query's connection.
func (w *world) pages(b *strings.Builder, query string) {
	w.Helper()
	var after any
	for {
		answer := w.patientlyAsk("query ($after: String) { all: "+query+" }", map[string]any{"after": after})
		b.Write(answer)
		b.WriteByte('\n')
		cursor := gjson.GetBytes(answer, "data.all.pageInfo.endCursor")
		if cursor.Type == gjson.Null {
			return
		}
		after = cursor.Str
	}
}

// patientlyAsk asks [Patiently], and takes no error for an answer.
func (w *world) patientlyAsk(query string, variables any) []byte {
	w.Helper()
	answer := Patiently(func() []byte { return w.ask(query, variables) })
	if gjson.GetBytes(answer, "errors").Exists() {
		w.Fatalf("%s is answered %s", query, answer)
	}
	return answer
}

// Patiently asks again if the server takes too long: an engine that was just
// started may, on a busy machine.
func Patiently(ask func() []byte) []byte {
	const patience = 6
	for attempt := 1; ; attempt++ {
		answer := ask()
		code := gjson.GetBytes(answer, "errors.0.extensions.code").Str
		if code != string(graph.CodeTimeout) || attempt == patience {
			return answer
		}
	}
}

// settled reads until it reads one of the wanted, or a second has passed. An engine
// that only promises to read what is committed may show part of a change while it
// is being committed, also to a call that comes after the change was cancelled.
func settled(read func() string, wanted ...string) string {
	for until := time.Now().Add(time.Second); ; time.Sleep(10 * time.Millisecond) {
		got := read()
		if slices.Contains(wanted, got) || time.Now().After(until) {
			return got
		}
	}
}

// Difference is where two states differ first; "" if they are the same.
func Difference(got, want string) string {
	if got == want {
		return ""
	}
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(gotLines), len(wantLines)) {
		if gotLines[i] != wantLines[i] {
			at := 0
			for at < min(len(gotLines[i]), len(wantLines[i])) && gotLines[i][at] == wantLines[i][at] {
				at++
			}
			return fmt.Sprintf("line %d of %d and %d:\n%s\nrather than\n%s", i+1, len(gotLines), len(wantLines), around(gotLines[i], at), around(wantLines[i], at))
		}
	}
	return fmt.Sprintf("%d lines rather than %d", len(gotLines), len(wantLines))
}

// around is a long line near to a place in it.
func around(line string, at int) string {
	const before, after = 100, 300
	return strings.ToValidUTF8(line[max(0, at-before):min(len(line), at+after)], "")
}
