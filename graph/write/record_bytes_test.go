package write

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"companygraph/graph"
	"companygraph/schema"
)

// odd is a record that has something in every place.
func odd() *Record {
	m := schema.Model()
	statement, quotation := m.Types["Statement"], m.Types["Quotation"]
	r := &Record{
		Node: &graph.Node{
			ID: "s\x01é", Type: statement,
			Values: map[string]graph.Value{"title": graph.Text(`"quoted" \ ` + strings.Repeat("long ", 100)), "several": graph.Bool(true)},
			Links: []graph.Link{
				{Type: statement.Link("about"), To: "b"}, {Type: statement.Link("about"), To: "a"},
				{Type: statement.Link("responseTo"), To: "f"}, {Type: statement.Link("quotations"), To: graph.PartID("s", "quotations", 0)},
			},
		},
		Parts: []*graph.Node{{
			ID: graph.PartID("s", "quotations", 0), Type: quotation, Values: map[string]graph.Value{"text": graph.Text("")},
		}},
		Dataset: "d", About: "other", Aliases: []graph.ID{"x", "y"}, Partial: true, Removed: []string{"date"},
	}
	r.fold()
	return r
}

// What is read back of the file of an import is what was written.
func TestRecordsComeBackFromBytes(t *testing.T) {
	m := schema.Model()
	unfolded := odd()
	unfolded.tokens, unfolded.keys = nil, nil
	keyed := &Record{Node: &graph.Node{ID: "k", Type: m.Types["Company"], Values: map[string]graph.Value{
		"name": graph.Text("Kind & Co"), "identifiers": graph.Text(`[{"scheme":"lei","value":"1"}]`), "founded": graph.Text("2017~"),
	}}}
	keyed.fold()
	least := &Record{Node: &graph.Node{ID: "x", Type: m.Types["Source"], Values: map[string]graph.Value{}}}
	for name, r := range map[string]*Record{"all": odd(), "not folded": unfolded, "identifiers": keyed, "least": least} {
		text := string(r.appendBytes(nil))
		again, err := recordFrom(m, text)
		if err != nil || !reflect.DeepEqual(again, r) {
			t.Errorf("%s: got %+v, %v, want %+v", name, again, err, r)
		}
		for n := range len(text) {
			if _, err := recordFrom(m, text[:n]); err == nil {
				t.Errorf("%s: %d of %d bytes are a record", name, n, len(text))
			}
		}
	}
}

// Every kind of value comes back as it was.
func TestValuesComeBackFromBytes(t *testing.T) {
	for _, v := range []graph.Value{
		graph.Text(""), graph.Text("é\n"), graph.Int(0), graph.Int(-1), graph.Int(math.MinInt32), graph.Int(math.MaxInt32),
		graph.Float(-0.1), graph.Float(math.MaxFloat64), graph.Float(math.Copysign(0, -1)), graph.Bool(true), graph.Bool(false),
	} {
		p := &recordReader{left: string(appendValue(nil, v))}
		if again := p.value(); again != v || p.broken || p.left != "" {
			t.Errorf("%v came back as %v", v, again)
		}
	}
}

// Records are read in any order, whatever their number and size.
func TestSpoolIsReadInAnyOrder(t *testing.T) {
	source := schema.Model().Types["Source"]
	const n = 300
	var records []*Record
	for i := range n {
		title := strings.Repeat("x", i*i%7_000)
		records = append(records, &Record{Node: &graph.Node{ID: graph.ID(fmt.Sprint(i)), Type: source, Values: map[string]graph.Value{"title": graph.Text(title)}}})
	}
	i := spooled(t, records, 0)
	orders := map[string]func(k int) int{
		"in order": func(k int) int { return k }, "again": func(k int) int { return k },
		"backwards": func(k int) int { return n - 1 - k }, "in jumps": func(k int) int { return k * 7 % n },
	}
	for name, order := range orders {
		for k := range n {
			want := records[order(k)]
			if got, err := i.spool.get(int32(order(k))); err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("%s: record %d is %+v, %v", name, order(k), got, err)
			}
		}
	}
}
