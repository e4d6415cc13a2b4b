package main

import (
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"

	"companygraph/graph/graphtest"
)

// verdict is what was measured beside what it should be at most, or at least.
type verdict struct {
	Measured float64 `json:"measured"`
	Bound    string  `json:"bound"`
	Goal     float64 `json:"goal"`
	Met      bool    `json:"met"`
}

func atMost(goal, measured float64) verdict {
	return verdict{Measured: measured, Bound: "≤", Goal: goal, Met: measured > 0 && measured <= goal}
}

func atLeast(goal, measured float64) verdict {
	return verdict{Measured: measured, Bound: "≥", Goal: goal, Met: measured >= goal}
}

// cells are what was measured, the goal and whether it is met, for a table.
func (v verdict) cells() string {
	measured := fmt.Sprintf("%.2f", v.Measured)
	if v.Measured >= 1000 {
		measured = fmt.Sprintf("%.0f", v.Measured)
	}
	if v.Goal == 0 {
		return measured + "\t\t"
	}
	return fmt.Sprintf("%s\t%s %s\t%s", measured, v.Bound, strconv.FormatFloat(v.Goal, 'f', -1, 64), v)
}

// String is the verdict in a word or two. Nothing takes no memory and no time:
// zero was not measured.
func (v verdict) String() string {
	switch {
	case v.Measured == 0:
		return "not measured"
	case v.Met:
		return "met"
	default:
		return "NOT met"
	}
}

// report is what a run measured.
type report struct {
	Machine machine        `json:"machine"`
	Seed    uint64         `json:"seed"`
	Rounds  int            `json:"rounds"`
	Graphs  []graphFacts   `json:"graphs,omitempty"`
	Shapes  []shapeResult  `json:"shapes,omitempty"`
	Process *processResult `json:"process,omitempty"`
	Neo4j   *neo4jResult   `json:"neo4j,omitempty"`
	Writing *writingResult `json:"writing,omitempty"`
	Before  *beforeResult  `json:"before,omitempty"`
	Peer    *peerResult    `json:"peer,omitempty"`
	Guarded *guardedResult `json:"guarded,omitempty"`
	Facets  []facetResult  `json:"facets,omitempty"`
	Paths   []pathResult   `json:"paths,omitempty"`
}

// neo4jResult is what was measured of the server on Neo4j.
type neo4jResult struct {
	Version string       `json:"version"`
	Graph   graphFacts   `json:"graph"`
	Shapes  []comparison `json:"shapes"`
}

// publish writes the report in all the forms that are asked for.
func (r *report) publish(o options, out io.Writer) error {
	if err := r.print(out); err != nil {
		return err
	}
	if o.json != "" {
		if err := writeJSON(o.json, r); err != nil {
			return err
		}
	}
	if o.plots != "" {
		return r.plot(o.plots)
	}
	return nil
}

// print writes the report as tables.
func (r *report) print(out io.Writer) error {
	m := r.Machine
	p := printer{out: tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)}
	p.line("%s, %s, %d cores, %.0f GB, %s; load average %s before, %s after; seed %d, %d rounds",
		m.System, m.Processor, m.Cores, m.Gigabytes, m.Go, m.LoadBefore, m.LoadAfter, r.Seed, r.Rounds)
	if r.Process != nil {
		p.graphs("SQLite: loading, and the size of the database", r.Graphs)
		p.shapes(r.Shapes)
		p.growth(r.Shapes)
		p.process(r.Process)
	}
	if r.Neo4j != nil {
		p.neo4j(r.Neo4j)
	}
	if r.Writing != nil {
		p.writing(r.Writing)
	}
	if r.Before != nil {
		p.before(r.Before.Commit, onSQLite, r.Before.SQLite)
		p.before(r.Before.Commit, onNeo4j, r.Before.Neo4j)
	}
	if r.Peer != nil {
		p.peer(r.Peer)
	}
	if r.Guarded != nil {
		p.guarded(r.Guarded)
	}
	if r.Facets != nil {
		p.facets(r.Facets)
	}
	if r.Paths != nil {
		p.paths(r.Paths)
	}
	if p.err != nil {
		return p.err
	}
	return p.out.Flush()
}

// printer writes tables; cells are separated by tabs. It keeps the first error.
type printer struct {
	out *tabwriter.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.out, format+"\n", args...)
	}
}

// title starts a table.
func (p *printer) title(text, columns string) {
	p.line("\n%s", text)
	p.line("%s", columns)
}

func (p *printer) graphs(title string, graphs []graphFacts) {
	p.title(title, "graph\tnodes\tlinks\tseconds\tnodes/s\tlinks/s\tMB\tloaded")
	for _, g := range graphs {
		when := g.LoadedAt.Format("2006-01-02 15:04")
		if g.AtThisMoment {
			when = "in this run"
		}
		p.line("%s\t%d\t%d\t%.1f\t%.0f\t%.0f\t%.0f\t%s", sizeText(g.Size), g.Nodes, g.Links, g.LoadSeconds,
			float64(g.Nodes)/g.LoadSeconds, float64(g.Links)/g.LoadSeconds, float64(g.Bytes)/1e6, when)
	}
}

func sizeText(s graphtest.Size) string {
	return fmt.Sprintf("%d firms, %d people, %d events, %d sources", s.Firms, s.People, s.Events, s.Sources)
}

func (p *printer) shapes(shapes []shapeResult) {
	p.title("Over HTTP, one request at a time (µs); ratio = HTTP / (statements + __typename), of p50",
		"shape\tanswer bytes\tHTTP p50\tp99\tstatements p50\tp99\t__typename p50\tp99\tratio\tgoal\t\tbare p50\tHTTP / bare")
	for _, s := range shapes {
		t := s.Timings
		p.line("%s\t%d\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.2f\t≤ %.1f\t%s\t%.0f\t%.2f", s.Shape, s.AnswerBytes,
			t[overHTTP].P50, t[overHTTP].P99, t[statementsAlone].P50, t[statementsAlone].P99,
			t[overHTTPTypeName].P50, t[overHTTPTypeName].P99, s.OverHTTP.Measured, s.OverHTTP.Goal, s.OverHTTP,
			t[overHTTPBare].P50, s.OverBare)
	}
}

func (p *printer) growth(shapes []shapeResult) {
	if len(shapes) == 0 || shapes[0].Growth == nil {
		return
	}
	p.title("Ten times the graph, over HTTP (µs)", "shape\t1× p50\t10× p50\tp99\tratio\tgoal\t")
	for _, s := range shapes {
		t := s.Timings
		p.line("%s\t%.0f\t%.0f\t%.0f\t%.2f\t≤ %.1f\t%s", s.Shape, t[overHTTP].P50,
			t[overHTTPTenfold].P50, t[overHTTPTenfold].P99, s.Growth.Measured, s.Growth.Goal, *s.Growth)
	}
}

func (p *printer) process(r *processResult) {
	p.title("The built server", "what\tmeasured\tgoal\t")
	p.line("resident memory, idle\t%.0f MB\t\t", r.Idle)
	p.line("greatest resident memory, %d requests at once, all shapes\t%.0f MB\t≤ %.0f MB\t%s", concurrency, r.Memory.Measured, r.Memory.Goal, r.Memory)
	p.line("the same with GOMAXPROCS=%d\t%.0f MB\t≤ %.0f MB\t%s", concurrency, r.ManyCores.Measured, r.ManyCores.Goal, r.ManyCores)
	p.line("requests a second meanwhile\t%.0f\t\t", r.PerSecond)
	p.line("cold start: exec on a new database to the first answer\t%.2f s\t≤ %.1f s\t%s", r.Start.Measured, r.Start.Goal, r.Start)
}

func (p *printer) neo4j(r *neo4jResult) {
	p.graphs("Neo4j "+r.Version+": loading, and the size of the database", []graphFacts{r.Graph})
	p.title("Neo4j, one request at a time (µs); ratio = HTTP / by hand, of p50",
		"shape\tanswer bytes\tHTTP p50\tp99\tby hand p50\tp99\tratio\tgoal\t\tstatements p50\tby hand, alone p50")
	for _, s := range r.Shapes {
		t := s.Timings
		p.line("%s\t%d\t%.0f\t%.0f\t%.0f\t%.0f\t%s\t%.0f\t%.0f", s.Shape, s.AnswerBytes,
			t[neo4jOverHTTP].P50, t[neo4jOverHTTP].P99, t[neo4jByHand].P50, t[neo4jByHand].P99, s.Time.cells(),
			t[neo4jStatements].P50, t[neo4jByHandAlone].P50)
	}
	p.title(fmt.Sprintf("Neo4j, %d requests at once: answered a second; ratio = HTTP / by hand", concurrency),
		"shape\tHTTP\tby hand\tratio\tgoal\t")
	for _, s := range r.Shapes {
		p.line("%s\t%.0f\t%.0f\t%s", s.Shape, s.Rates[neo4jOverHTTP].PerSecond, s.Rates[neo4jByHand].PerSecond, s.Rate.cells())
	}
}

func (p *printer) writing(r *writingResult) {
	p.title("SQLite: importing into an empty database",
		"graph\tnodes\tlinks\tseconds\tnodes and links a second\tgoal\t\tcompared with\tratio\tgoal\t\tgreatest resident memory, MB\tgoal\t")
	for _, i := range r.Imports {
		g := i.Graph
		p.line("%s\t%d\t%d\t%.1f\t%s\t%s\t%s\t%s", sizeText(g.Size), g.Nodes, g.Links, g.LoadSeconds, i.PerSecond.cells(), i.Of, i.Ratio.cells(), i.Memory.cells())
	}
	p.title("Changes", "what\tmeasured\tgoal\t")
	p.line("SQLite, one new node each, %d writers at once: committed a second\t%s", concurrency, r.Commits.cells())
	for _, c := range r.Claims {
		p.line("%s, one more claim on a fact with %d: ms\t%s", c.Store, c.Claims, c.Millis.cells())
		p.line("%s, one more claim on a fact with %d: MB allocated\t%s", c.Store, c.Claims, c.Megabytes.cells())
	}
	p.loading(r.Neo4j)
}

func (p *printer) loading(r *loadResult) {
	var names string
	for _, t := range r.Loads {
		names += "\t" + t.Side
	}
	p.title("Neo4j, loading into an empty database: seconds; ratios of speed, Store.Import / another",
		"nodes\trelationships"+names+"\tImport / by hand\tgoal\t\tImport / before\tgoal\t")
	var before string
	if r.Before != nil {
		before = r.Before.cells()
	}
	p.line("%d\t%d%s\t%s\t%s", r.Nodes, r.Relationships, columns(r.Loads, "%.1f", func(t loadTime) float64 { return t.Seconds }), r.ByHand.cells(), before)
}

func (p *printer) before(commit, engine string, shapes []comparison) {
	p.title("Against the program of "+commit+", "+engine+"; ratios = now / before",
		"shape\tanswer bytes\tp50 now, µs\tp50 before\tratio\tgoal\t\ta second now\tbefore\tratio")
	for _, s := range shapes {
		p.line("%s\t%d\t%.0f\t%.0f\t%s\t%.0f\t%.0f\t%.2f", s.Shape, s.AnswerBytes, s.Timings[now].P50, s.Timings[before].P50, s.Time.cells(),
			s.Rates[now].PerSecond, s.Rates[before].PerSecond, s.Rate.Measured)
	}
}

func (p *printer) peer(r *peerResult) {
	p.line("\nThe peer: @neo4j/graphql %s, graphql-yoga %s, Node %s", r.Versions["@neo4j/graphql"], r.Versions["graphql-yoga"], r.Versions["node"])
	var names string
	for _, t := range r.Shapes[0].Timings {
		names += "\t" + t.Side
	}
	p.title("Against the peer, one request at a time: p50 (µs); ratio = the peer's best / ours on Neo4j",
		"shape"+names+"\tratio\tgoal\t\tits best by hand / ours\tSQLite / Neo4j\tgoal\t")
	for _, s := range r.Shapes {
		p.line("%s%s\t%s\t%.2f\t%s", s.Shape, columns(s.Timings, "%.0f", func(t timing) float64 { return t.P50 }), s.Time.cells(), s.ByHandTime, s.SQLite.cells())
	}
	p.title(fmt.Sprintf("Against the peer, %d requests at once: answered a second; ratio = ours on Neo4j / the peer's best", concurrency),
		"shape"+names+"\tratio\tgoal\t\tours / its best by hand")
	for _, s := range r.Shapes {
		p.line("%s%s\t%s\t%.2f", s.Shape, columns(s.Rates, "%.0f", func(r rate) float64 { return r.PerSecond }), s.Rate.cells(), s.ByHandRate)
	}
}

func (p *printer) guarded(r *guardedResult) {
	var names string
	for _, t := range r.Shapes[0].Timings {
		names += "\t" + t.Side
	}
	p.title("All that stands around operations, on SQLite, one request at a time: p50 (µs); ratio = server / executor alone", "shape"+names+"\tratio\tgoal\t")
	for _, s := range r.Shapes {
		p.line("%s%s\t%s", s.Shape, columns(s.Timings, "%.0f", func(t timing) float64 { return t.P50 }), s.Time.cells())
	}
	p.title(fmt.Sprintf("The same, %d requests at once: answered a second; ratio = server / executor alone", concurrency),
		"shape"+names+"\tratio\tgoal\t\tp50 µs\tp99 µs\tp99 / p50\tgoal\t")
	for _, s := range r.Shapes {
		p.line("%s%s\t%s\t%.0f\t%.0f\t%s", s.Shape, columns(s.Rates, "%.0f", func(r rate) float64 { return r.PerSecond }), s.Rate.cells(), s.P50, s.P99, s.Tail.cells())
	}
	p.title(fmt.Sprintf("The built server, asked by %d clients at once", manyAtOnce), "what\tmeasured\tgoal\t")
	p.line("requests a second, all shapes, as a part of those with %d at once\t%s", concurrency, r.Many.cells())
	p.line("greatest resident memory in MB, operations of nearly the highest price\t%s", r.Heavy.cells())
	p.line("such operations answered and refused a second\t%.0f and %.0f\t\t", r.HeavyAnswered, r.HeavyRefused)
}

func (p *printer) facets(all []facetResult) {
	p.title("Facets and histograms on SQLite, without HTTP: p50 (ms); ratio = the store's statements / by hand", "shape\tby hand\tstatements\tgoal\t\tratio\tgoal\t")
	for _, s := range all {
		p.line("%s\t%.2f\t%s\t%s", s.Shape, s.Timings[facetByHand].P50/1000, s.Millis.cells(), s.ByHand.cells())
	}
}

// columns are figures as columns of a table.
func columns[T any](all []T, format string, figure func(T) float64) string {
	var text string
	for _, one := range all {
		text += "\t" + fmt.Sprintf(format, figure(one))
	}
	return text
}
