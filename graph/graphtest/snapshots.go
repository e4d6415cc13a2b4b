package graphtest

import (
	"fmt"
	"testing"

	"github.com/tidwall/gjson"
)

// TestSnapshots holds a store to reading all of an operation in one state, which
// [graph.Store] leaves to the engine: it changes two nodes together, again and
// again, while operations read them in different ways.
func TestSnapshots(t *testing.T, open Open) {
	w := newWorld(t, open)
	write := func(n int) {
		w.load(fmt.Sprintf(`
entities: [{ id: a, type: Company, name: "%d" }, { id: b, type: Company, name: "%[1]d" }]
facts: [{ id: f, type: Ban, title: "%[1]d", phase: PROPOSED, targets: a }]`, n))
	}
	write(0)
	const question = `{
		one: firm(id: "a") { name bans { nodes { title targets { name } } } }
		two: firm(id: "b") { name }
		three: firms(where: { bans: { some: {} } }) { nodes { name } }
	}`
	done := make(chan struct{})
	go func() {
		defer close(done)
		for n := 1; n <= 100; n++ {
			write(n)
		}
	}()
	for reading := true; reading; {
		select {
		case <-done:
			reading = false
		default:
		}
		answer := w.ask(question, nil)
		name := gjson.GetBytes(answer, "data.two.name").Str
		want := fmt.Sprintf(`{"data":{"one":{"name":%q,"bans":{"nodes":[{"title":%[1]q,"targets":[{"name":%[1]q}]}]}},"two":{"name":%[1]q},"three":{"nodes":[{"name":%[1]q}]}}}`, name)
		if string(answer) != want {
			w.Fatalf("got %s, which is of several states", answer)
		}
	}
}
