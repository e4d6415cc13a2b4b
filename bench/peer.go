package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/tidwall/gjson"
)

// peerSetup is a way to run the peer.
type peerSetup struct {
	name        string
	environment []string
	// byHand tells that Cypher written by hand stands in its types.
	byHand bool
}

// peerSetups are those of which the best is compared with: the best that the
// library does by itself, and the best with Cypher written by hand. Version 6 of
// the driver sets TCP_NODELAY, version 5 does not: its requests of more than
// about 2 KB wait 40 ms for an acknowledgement.
var peerSetups = []peerSetup{
	{name: "peer, driver 5", environment: []string{"DRIVER=5", "TYPES=types.graphql"}},
	{name: "peer, driver 6", environment: []string{"DRIVER=6", "TYPES=types.graphql"}},
	{name: "peer, driver 6, two processes", environment: []string{"DRIVER=6", "TYPES=types.graphql", "PROCESSES=2"}},
	{name: "peer by hand, driver 6", environment: []string{"DRIVER=6", "TYPES=types-by-hand.graphql"}, byHand: true},
	{name: "peer by hand, driver 6, two processes", environment: []string{"DRIVER=6", "TYPES=types-by-hand.graphql", "PROCESSES=2"}, byHand: true},
}

// peerLayout is what the peer's own types need beside our layout: it has no
// relation over several relationship types. An event leads to who takes part by
// one type, with the role and place; a firm leads to its events by another, one
// for each event, with the time by which they are ordered.
var peerLayout = []string{
	`MATCH (e:Event)-[p:` + eventRoles + `]->(m) CALL (e, p, m) {
  CREATE (e)-[:PARTICIPANT {role: type(p), place: p._ord}]->(m)
} IN TRANSACTIONS OF 10000 ROWS`,
	`MATCH (f:Firm)<-[:EVENT_OF]-(e) CALL (f, e) {
  CREATE (f)-[:TAKES_PART {at: coalesce(e.date_at, '')}]->(e)
} IN TRANSACTIONS OF 10000 ROWS`,
}

// The sides of a shape against the peer, in this order; the peer's set-ups follow.
const (
	oursOnNeo4j = iota
	oursOnSQLite
	firstPeer
)

// peerResult is what was measured against the peer.
type peerResult struct {
	// Versions are those of Node and of the packages that are asked for.
	Versions map[string]string `json:"versions"`
	Shapes   []peerShape       `json:"shapes"`
}

// peerShape is what was measured of a shape against the peer.
type peerShape struct {
	comparison
	// BestTime and BestRate are the peer's set-ups that were compared with.
	BestTime string `json:"bestTime"`
	BestRate string `json:"bestRate"`
	// ByHand compares with the peer's best with Cypher written by hand, for
	// which there are no goals.
	ByHandTime float64 `json:"byHandTime"`
	ByHandRate float64 `json:"byHandRate"`
	// SQLite is the p50 of ours on SQLite divided by that on Neo4j; its goal is
	// 0 where nothing is asked.
	SQLite verdict `json:"sqlite"`
}

// measurePeer compares the built server with the peer on the same Neo4j.
func measurePeer(ctx context.Context, o options, r *report) (err error) {
	if o.profiles() {
		return errors.New("-store peer: there is nothing to profile, all servers are processes of their own; use -store neo4j")
	}
	g, err := openNeo4j(ctx, o, o.size, "peer", peerLayout...)
	if err != nil {
		return err
	}
	defer g.close(ctx)
	file, err := openSQLite(ctx, o, o.size)
	if err != nil {
		return err
	}
	defer file.close()
	folder, err := peerFolder(ctx)
	if err != nil {
		return err
	}
	r.Peer = &peerResult{}
	if r.Peer.Versions, err = peerVersions(ctx, folder); err != nil {
		return err
	}
	running, err := startPeers(ctx, o, folder, g, file)
	defer func() { err = errors.Join(err, running.stop()) }()
	if err != nil {
		return err
	}
	for _, s := range o.wanted(shapes) {
		progress("against the peer: %s", s.name)
		result, err := measureAgainstPeer(ctx, o, g, s, running)
		if err != nil {
			return err
		}
		r.Peer.Shapes = append(r.Peer.Shapes, result)
	}
	return nil
}

// startPeers starts ours on both stores and the peer in all set-ups.
func startPeers(ctx context.Context, o options, folder string, g *neo4jGraph, file *loadedGraph) (*race, error) {
	r := &race{}
	binary, err := build(ctx, "", o.cache, serverProgram)
	if err != nil {
		return r, err
	}
	err = errors.Join(
		r.enter("ours on Neo4j", serverCommand(ctx, binary, 0, append(g.flags(), "--dataset", "none")...)),
		r.enter("ours on SQLite", serverCommand(ctx, binary, 0, "--sqlite", file.path, "--dataset", "none")),
	)
	for _, setup := range peerSetups {
		command := exec.CommandContext(ctx, "node", "server.mjs")
		command.Dir = folder
		command.Env = append(os.Environ(), "NODE_ENV=production",
			"NEO4J_URI="+g.URI, "NEO4J_USER="+g.User, "NEO4J_PASSWORD="+g.Password)
		command.Env = append(command.Env, setup.environment...)
		err = errors.Join(err, r.enter(setup.name, command))
	}
	return r, err
}

// peerFolder is where the peer is; its modules are installed if they are not
// those of the lock file.
func peerFolder(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}", "companygraph/bench").Output()
	if err != nil {
		return "", fmt.Errorf("go list: %w", err)
	}
	folder := filepath.Join(strings.TrimSpace(string(out)), "peer")
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			return "", fmt.Errorf("the peer needs Node 20 or newer with npm: have %s in PATH, or leave it out with -store sqlite,neo4j", program)
		}
	}
	locked, err := os.Stat(filepath.Join(folder, "package-lock.json"))
	if err != nil {
		return "", err
	}
	installed, err := os.Stat(filepath.Join(folder, "node_modules", ".package-lock.json"))
	if err == nil && !installed.ModTime().Before(locked.ModTime()) {
		return folder, nil
	}
	install := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	install.Dir = folder
	if out, err := install.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm ci: %w\n%s", err, out)
	}
	return folder, nil
}

func peerVersions(ctx context.Context, folder string) (map[string]string, error) {
	var manifest struct {
		Dependencies map[string]string `json:"dependencies"`
	}
	if err := readJSON(filepath.Join(folder, "package.json"), &manifest); err != nil {
		return nil, err
	}
	out, err := exec.CommandContext(ctx, "node", "--version").Output()
	if err != nil {
		return nil, fmt.Errorf("node --version: %w", err)
	}
	manifest.Dependencies["node"] = strings.TrimPrefix(strings.TrimSpace(string(out)), "v")
	return manifest.Dependencies, nil
}

func measureAgainstPeer(ctx context.Context, o options, g *neo4jGraph, s shape, running *race) (peerShape, error) {
	result := peerShape{comparison: comparison{Shape: s.name}}
	ours, err := prepare(ctx, g.loadedGraph, s, o.requests, o.seed)
	if err != nil {
		return result, err
	}
	result.AnswerBytes = medianAnswer(ours)
	requests := [][]request{oursOnNeo4j: ours, oursOnSQLite: ours}
	for i, setup := range peerSetups {
		theirs, err := peerRequests(setup.query(s), ours)
		if err != nil {
			return result, err
		}
		if err := sameAsPeer(ctx, s, running.runners[oursOnNeo4j].url, running.runners[firstPeer+i].url, ours, theirs); err != nil {
			return result, err
		}
		requests = append(requests, theirs)
	}
	if result.Timings, result.Rates, err = running.run(ctx, o, requests); err != nil {
		return result, err
	}
	result.judge(s)
	return result, nil
}

// judge compares ours on Neo4j with the peer's best set-up, each figure with
// the one that is best in it.
func (r *peerShape) judge(s shape) {
	fastest, busiest := r.best(false)
	r.BestTime, r.BestRate = r.Timings[fastest].Side, r.Rates[busiest].Side
	r.Time, r.Rate = atLeast(s.peer.time, r.times(fastest)), atLeast(s.peer.rate, r.rate(busiest))
	fastest, busiest = r.best(true)
	r.ByHandTime, r.ByHandRate = r.times(fastest), r.rate(busiest)
	r.SQLite = atMost(s.sqlite, ratio(r.Timings, func(p50 []float64) float64 { return p50[oursOnSQLite] / p50[oursOnNeo4j] }))
}

// best finds the peer's set-ups with the shortest time and the most requests a
// second, of those with Cypher by hand or of the others.
func (r *peerShape) best(byHand bool) (fastest, busiest int) {
	fastest, busiest = -1, -1
	for i, setup := range peerSetups {
		if setup.byHand != byHand {
			continue
		}
		if i += firstPeer; fastest < 0 || r.Timings[i].P50 < r.Timings[fastest].P50 {
			fastest = i
		}
		if busiest < 0 || r.Rates[i].PerSecond > r.Rates[busiest].PerSecond {
			busiest = i
		}
	}
	return fastest, busiest
}

// times is how many times as long as ours on Neo4j a side takes.
func (r *peerShape) times(side int) float64 {
	return ratio(r.Timings, func(p50 []float64) float64 { return p50[side] / p50[oursOnNeo4j] })
}

// rate is how many times as many requests a second as a side ours on Neo4j answers.
func (r *peerShape) rate(side int) float64 { return rateRatio(r.Rates[oursOnNeo4j], r.Rates[side]) }

// query is how the set-up is asked for a shape.
func (p peerSetup) query(s shape) string {
	if p.byHand {
		return s.peerByHand
	}
	return s.peerQuery
}

// peerRequests asks the peer for what the requests ask us for.
func peerRequests(query string, requests []request) ([]request, error) {
	peers := make([]request, len(requests))
	for i, r := range requests {
		body, err := bodyOf(query, r.variables)
		if err != nil {
			return nil, err
		}
		peers[i] = request{body: body, variables: r.variables}
	}
	return peers, nil
}

// sameAsPeer holds the answers of the peer to ours.
func sameAsPeer(ctx context.Context, s shape, ourURL, peerURL string, requests, peers []request) error {
	ours, theirs := newClient(ourURL), newClient(peerURL)
	defer ours.close()
	defer theirs.close()
	for i := range requests {
		if err := errors.Join(ours.post(ctx, requests[i].body), theirs.post(ctx, peers[i].body)); err != nil {
			return err
		}
		want, err := ours.data()
		if err != nil {
			return err
		}
		got, err := theirs.data()
		if err != nil {
			return err
		}
		if a, b := plain(want), peerPlain(s, got); !reflect.DeepEqual(a, b) {
			return fmt.Errorf("%s %v: the answers differ:\nours  %s\npeer  %s", s.name, requests[i].variables, text(a), text(b))
		}
	}
	return nil
}

// peerPlain brings the peer's data into the form of [plain]. The peer answers a
// list where one node is looked up, a list for a single source, and edges with
// properties; by hand, participants without a level of their own.
func peerPlain(s shape, data gjson.Result) any {
	firms, _ := data.Get("firms").Value().([]any)
	for i := range firms {
		firms[i] = fromPeer(firms[i])
	}
	if !s.one {
		return firms
	}
	if len(firms) == 0 {
		return nil
	}
	return firms[0]
}

func fromPeer(value any) any {
	switch v := value.(type) {
	case map[string]any:
		return objectFromPeer(v)
	case []any:
		for i, inner := range v {
			v[i] = fromPeer(inner)
		}
	}
	return value
}

func objectFromPeer(v map[string]any) map[string]any {
	if role, byHand := v["role"]; byHand {
		return map[string]any{"role": role, "entity": map[string]any{"id": v["id"], "name": v["name"]}}
	}
	plain := map[string]any{}
	for key, inner := range v {
		if name, connection := strings.CutSuffix(key, "Connection"); connection {
			plain[name] = edgesFromPeer(inner)
			continue
		}
		plain[key] = fromPeer(inner)
		if sources, _ := inner.([]any); key == "source" && len(sources) == 1 {
			plain[key] = sources[0]
		}
	}
	return plain
}

func edgesFromPeer(connection any) []any {
	object, _ := connection.(map[string]any)
	edges, _ := object["edges"].([]any)
	nodes := make([]any, len(edges))
	for i, edge := range edges {
		e, _ := edge.(map[string]any)
		nodes[i] = fromPeer(e["node"])
		if properties, ok := e["properties"].(map[string]any); ok {
			nodes[i] = map[string]any{"role": properties["role"], "entity": nodes[i]}
		}
	}
	return nodes
}
