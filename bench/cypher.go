package main

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"

	"companygraph/graph"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/tidwall/gjson"
)

// The Cypher that somebody who knows the layout would write by hand for each
// shape: one statement, values as parameters, an answer of maps with the names
// of the GraphQL answer. The parameters are the variables of the GraphQL request.
const (
	cypherLookUp = `MATCH (f:Identity {id: $id}) WHERE f:Firm
RETURN f {.id, .name, .country, .sector}`

	// A firm has one EVENT_OF with each event it takes part in, whose key has the
	// latest first: an index finds them in order.
	cypherLatest = `MATCH (f:Identity {id: $id}) WHERE f:Firm
RETURN f {.name, events: COLLECT {
  MATCH (e)-[r:EVENT_OF]->() WHERE r._by_time STARTS WITH f.id + '\u0002\u0002'
  WITH e, r ORDER BY r._by_time LIMIT 10
  RETURN e {.id, .title, .phase, .date}
}}`

	cypherThreeLevels = `MATCH (f:Identity {id: $id}) WHERE f:Firm
RETURN f {.name, .country, events: COLLECT {
  MATCH (e)-[r:EVENT_OF]->() WHERE r._by_time STARTS WITH f.id + '\u0002\u0002'
  WITH e, r ORDER BY r._by_time LIMIT 10
  RETURN e {.id, .title, .status, .date,
    participants: COLLECT {
      MATCH (e)-[p:` + eventRoles + `]->(m)
      RETURN {role: type(p), entity: m {.id, .name}} ORDER BY p._ord
    },
    claims: COLLECT {
      MATCH (e)<-[:FACT]-(c)
      WITH c ORDER BY c.id LIMIT 5
      MATCH (c)-[:SOURCE]->(s)
      RETURN c {.id, .stance, source: s {.id, .title, .publisher, .publishedOn}} ORDER BY c.id
    }}
}}`

	cypherCountry = `MATCH (f:Firm {country_key: $country})
WITH f ORDER BY f.id LIMIT 50
RETURN collect(f {.id, .name, events: COLLECT {
  MATCH (e)-[r:EVENT_OF]->() WHERE r._by_time STARTS WITH f.id + '\u0002\u0002'
  WITH e, r ORDER BY r._by_time LIMIT 3
  RETURN e {.id, .title, participants: COLLECT {
    MATCH (e)-[p:` + eventRoles + `]->(m)
    RETURN {role: type(p), entity: m {.id, .name}} ORDER BY p._ord
  }}
}})`

	// eventRoles are the roles that anything can have in events.
	eventRoles = `ABOUT|ADVOCATES|APPLIES_TO|FIRM|IMPOSED_BY|INVESTIGATORS|OFFICE|PLACE|PRODUCTS|RETAILER|SPEAKERS|SUBJECTS|SUPPLIER|SUSPECTS|TARGETS|VICTIMS`
)

// askByHand runs a statement as the driver's manual recommends: in a managed
// transaction on a reader, of which the driver sends the beginning together
// with the statement.
func askByHand(ctx context.Context, d driver.DriverWithContext, text string, variables map[string]any) (any, error) {
	result, err := driver.ExecuteQuery(ctx, d, text, variables, driver.EagerResultTransformer, driver.ExecuteQueryWithReadersRouting())
	if err != nil {
		return nil, err
	}
	return onlyValue(result.Records), nil
}

// askAlone runs a statement in a transaction of its own, which the driver does
// not repeat if a cluster's leader changes.
func askAlone(ctx context.Context, d driver.DriverWithContext, text string, variables map[string]any) (any, error) {
	session := d.NewSession(ctx, driver.SessionConfig{AccessMode: driver.AccessModeRead})
	defer func() { _ = session.Close(ctx) }()
	result, err := session.Run(ctx, text, variables)
	if err != nil {
		return nil, err
	}
	records, err := result.Collect(ctx)
	return onlyValue(records), err
}

// onlyValue is that of the one record that there is, if something is found.
func onlyValue(records []*driver.Record) any {
	if len(records) == 0 {
		return nil
	}
	return records[0].Values[0]
}

// sameAnswers holds the answers by hand to those that a server gives over HTTP.
func sameAnswers(ctx context.Context, d driver.DriverWithContext, c *client, s shape, requests []request) error {
	for _, r := range requests {
		if err := c.post(ctx, r.body); err != nil {
			return err
		}
		data, err := c.data()
		if err != nil {
			return err
		}
		byHand, err := askByHand(ctx, d, s.cypher, r.variables)
		if err != nil {
			return err
		}
		if want, got := plain(data), byHand; !reflect.DeepEqual(want, got) {
			return fmt.Errorf("%s %v: the answers differ:\nover HTTP %s\nby hand   %s", s.name, r.variables, text(want), text(got))
		}
	}
	return nil
}

// plain turns the data of an operation with one root field into what the
// statement by hand answers: without the wrappers of lists and dates, with the
// roles in capitals.
func plain(data gjson.Result) any {
	var root any
	data.ForEach(func(_, value gjson.Result) bool {
		root = unwrapped("", value.Value())
		return false
	})
	return root
}

func unwrapped(name string, value any) any {
	switch v := value.(type) {
	case map[string]any:
		for _, wrapper := range []string{"nodes", "edtf"} {
			if inner, ok := v[wrapper]; ok {
				return unwrapped(wrapper, inner)
			}
		}
		for key, inner := range v {
			v[key] = unwrapped(key, inner)
		}
	case []any:
		for i, inner := range v {
			v[i] = unwrapped(name, inner)
		}
	case string:
		if name == "role" {
			return graph.ConstantCase(v)
		}
	}
	return value
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}
