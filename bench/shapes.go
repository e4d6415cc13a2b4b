package main

import (
	"math/rand/v2"
	"slices"
	"strings"

	"companygraph/graph/graphtest"
	"companygraph/graph/plan"

	"github.com/tidwall/gjson"
)

// shape is a kind of operation. Its text is always the same; what it asks for
// differs from request to request, as variables.
type shape struct {
	name, query string
	// cypher asks the same of Neo4j by hand, peerQuery asks it of the peer, and
	// peerByHand of the peer with Cypher by hand in its types.
	cypher, peerQuery, peerByHand string
	// one tells that the shape is about one firm, not a list.
	one bool
	// variables draws what one request asks for.
	variables func(*draw) map[string]any
	// full tells whether an answer's data has all that the shape is about.
	full func(data gjson.Result) bool
	// byHand and peer are what is to be reached against Cypher written by hand,
	// and against the peer.
	byHand, peer goals
	// sqlite is how long it may take on SQLite, as a part of the time on Neo4j;
	// 0 where nothing is asked.
	sqlite float64
	// before is how long it may take on an engine, as a part of the time that the
	// program took before writing was made anew; 0 where nothing is asked.
	before map[string]float64
}

// The engines that the program answers from.
const (
	onSQLite = "SQLite"
	onNeo4j  = "Neo4j"
)

// goals are how many times as long a request may take at most, or how many times
// as fast it has to be, and how many times as many requests a second are to be
// answered.
type goals struct{ time, rate float64 }

// typeName is the operation that costs nothing but the way to the server and back.
const typeName = `{ __typename }`

const peerLookUp = `query LookUp($id: ID!) { firms(where: { id: { eq: $id } }) { id name country sector } }`

// shapes are the four that the goals are about.
var shapes = []shape{
	{
		name:       "look-up",
		query:      `query LookUp($id: ID!) { firm(id: $id) { id name country sector } }`,
		cypher:     cypherLookUp,
		peerQuery:  peerLookUp,
		peerByHand: peerLookUp,
		one:        true,
		byHand:     goals{1.6, 0.5},
		peer:       goals{2.7, 8},
		before:     map[string]float64{onSQLite: 1.05},
		variables:  (*draw).firm,
		full:       func(data gjson.Result) bool { return data.Get("firm.name").Exists() },
	},
	{
		name: "firm + 10 latest events",
		query: `query Latest($id: ID!) { firm(id: $id) {
  name
  events(first: 10, orderBy: [{ field: DATE, direction: DESC }]) { nodes { id title phase date { edtf } } }
} }`,
		cypher: cypherLatest,
		peerQuery: `query Latest($id: ID!) { firms(where: { id: { eq: $id } }) {
  name
  eventsConnection(first: 10, sort: [{ edge: { at: DESC } }, { node: { id: ASC } }]) { edges { node { id title phase date } } }
} }`,
		peerByHand: `query Latest($id: ID!) { firms(where: { id: { eq: $id } }) {
  name
  events(first: 10) { id title phase date }
} }`,
		one:       true,
		byHand:    goals{1.6, 0.55},
		peer:      goals{3.5, 6},
		before:    map[string]float64{onSQLite: 1.05},
		variables: (*draw).popularFirm,
		full:      func(data gjson.Result) bool { return len(data.Get("firm.events.nodes").Array()) == 10 },
	},
	{
		name: "three levels",
		query: `query ThreeLevels($id: ID!) { firm(id: $id) {
  name country
  events(first: 10, orderBy: [{ field: DATE, direction: DESC }]) { nodes {
    id title status date { edtf }
    participants { role entity { id name } }
    claims(first: 5) { nodes { id stance source { id title publisher publishedOn { edtf } } } }
  } }
} }`,
		cypher: cypherThreeLevels,
		peerQuery: `query ThreeLevels($id: ID!) { firms(where: { id: { eq: $id } }) {
  name country
  eventsConnection(first: 10, sort: [{ edge: { at: DESC } }, { node: { id: ASC } }]) { edges { node {
    id title status date
    participantsConnection(sort: [{ edge: { place: ASC } }]) { edges { properties { role } node { id name } } }
    claims(limit: 5, sort: [{ id: ASC }]) { id stance source { id title publisher publishedOn } }
  } } }
} }`,
		peerByHand: `query ThreeLevels($id: ID!) { firms(where: { id: { eq: $id } }) {
  name country
  events(first: 10) {
    id title status date
    participants { role id name }
    claims(limit: 5, sort: [{ id: ASC }]) { id stance source { id title publisher publishedOn } }
  }
} }`,
		one:       true,
		byHand:    goals{1.6, 0.6},
		peer:      goals{3, 6},
		before:    map[string]float64{onSQLite: 1.05},
		sqlite:    0.5,
		variables: (*draw).popularFirm,
		full: func(data gjson.Result) bool {
			events := data.Get("firm.events.nodes").Array()
			return len(events) == 10 && all(events, "participants.0.entity.name") && all(events, "claims.nodes.0.source.title")
		},
	},
	{
		name: "50 firms of a country × 3 events × participants",
		query: `query Country($country: String!) { firms(first: 50, where: { country: { eq: $country } }) { nodes {
  id name
  events(first: 3, orderBy: [{ field: DATE, direction: DESC }]) { nodes { id title participants { role entity { id name } } } }
} } }`,
		cypher: cypherCountry,
		peerQuery: `query Country($country: String!) { firms(limit: 50, sort: [{ id: ASC }], where: { country: { eq: $country } }) {
  id name
  eventsConnection(first: 3, sort: [{ edge: { at: DESC } }, { node: { id: ASC } }]) { edges { node {
    id title
    participantsConnection(sort: [{ edge: { place: ASC } }]) { edges { properties { role } node { id name } } }
  } } }
} }`,
		peerByHand: `query Country($country: String!) { firms(limit: 50, sort: [{ id: ASC }], where: { country: { eq: $country } }) {
  id name
  events(first: 3) { id title participants { role id name } }
} }`,
		byHand:    goals{1.3, 0.75},
		peer:      goals{2, 2.3},
		before:    map[string]float64{onSQLite: 1.05, onNeo4j: 1},
		variables: (*draw).country,
		full: func(data gjson.Result) bool {
			firms := data.Get("firms.nodes").Array()
			// A small graph has fewer firms of a country.
			return len(firms) > 0 && data.Get("firms.nodes.#.events.nodes.0.participants.0.entity.name").Get("0").Exists()
		},
	},
}

// hubShapes ask for the ten events and the three levels of hubs alone.
var hubShapes = []shape{ofHub(shapes[1]), ofHub(shapes[2])}

func ofHub(s shape) shape {
	s.name += ", hub of 2,000"
	s.variables = (*draw).hub
	s.before = map[string]float64{onNeo4j: 0.4}
	return s
}

// wanted are those of some shapes that the options ask for.
func (o options) wanted(some []shape) []shape {
	return slices.DeleteFunc(slices.Clone(some), func(s shape) bool { return !strings.Contains(s.name, o.shape) })
}

// all tells whether every item has a path.
func all(items []gjson.Result, path string) bool {
	for _, item := range items {
		if !item.Get(path).Exists() {
			return false
		}
	}
	return true
}

// draw chooses what requests ask for; the same seed chooses the same.
type draw struct {
	random  *rand.Rand
	firms   int
	popular *rand.Zipf
}

func newDraw(size graphtest.Size, seed uint64) *draw {
	random := rand.New(rand.NewPCG(seed, seed+1))
	return &draw{random: random, firms: size.Firms, popular: rand.NewZipf(random, 1.3, 20, uint64(size.Firms-1))}
}

func byID(n int) map[string]any { return map[string]any{"id": string(graphtest.FirmID(n))} }

// firm is any firm, each as likely as the others.
func (d *draw) firm() map[string]any { return byID(d.random.IntN(d.firms)) }

// popularFirm is a firm that is as likely as the events it takes part in are
// many, as readers would choose.
func (d *draw) popularFirm() map[string]any { return byID(int(d.popular.Uint64())) }

// hubs is how many firms are hubs of about 2,000 events: those of the benchmark's
// graph have 1,800 to 2,500, and 2,090 on average.
const hubs = 8

func (d *draw) hub() map[string]any { return byID(d.random.IntN(hubs)) }

// countries is how many countries generated firms are spread over.
const countries = 100

func (d *draw) country() map[string]any {
	return map[string]any{"country": graphtest.Country(d.random.IntN(countries))}
}

// request is one request of a shape, ready to be sent.
type request struct {
	body      []byte
	variables map[string]any
	// plan is what the server asks of its store for it.
	plan *plan.Plan
	// answerBytes is the size of the answer.
	answerBytes int
}
