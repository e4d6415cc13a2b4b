package main

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"

	"companygraph/schema"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/tidwall/gjson"
)

// The Cypher that somebody who knows the layout would write by hand for each
// shape: one statement, values as parameters, an answer of maps with the names
// of the GraphQL answer. The parameters are the variables of the GraphQL request.
const (
	cypherLookUp = `MATCH (f:Identity {id: $id}) WHERE f:Firm
RETURN f {.id, .name, .country, .sector}`

	// A firm can have two roles in one event. The time that relationships have
	// saves reading the events of a hub, but for those of one day.
	cypherLatest = `MATCH (f:Identity {id: $id}) WHERE f:Firm
RETURN f {.name, events: COLLECT {
  MATCH (f)<-[r:` + firmRoles + `]-(e:Event)
  WITH DISTINCT e, r._at AS at ORDER BY coalesce(at, '') DESC, e.id LIMIT 10
  RETURN e {.id, .title, .phase, .date}
}}`

	cypherThreeLevels = `MATCH (f:Identity {id: $id}) WHERE f:Firm
RETURN f {.name, .country, events: COLLECT {
  MATCH (f)<-[r:` + firmRoles + `]-(e:Event)
  WITH DISTINCT e, r._at AS at ORDER BY coalesce(at, '') DESC, e.id LIMIT 10
  RETURN e {.id, .title, .status, .date,
    participants: COLLECT {
      MATCH (e)-[p:` + eventRoles + `]->(m)
      RETURN {role: type(p), entity: m {.id, .name}} ORDER BY p._ord
    },
    claims: COLLECT {
      MATCH (e)<-[:FACT]-(c:Claim)
      WITH c ORDER BY c.id LIMIT 5
      MATCH (c)-[:SOURCE]->(s:Source)
      RETURN c {.id, .stance, source: s {.id, .title, .publisher, .publishedOn}} ORDER BY c.id
    }}
}}`

	cypherCountry = `MATCH (f:Firm {country_key: $country})
WITH f ORDER BY f.id LIMIT 50
RETURN collect(f {.id, .name, events: COLLECT {
  MATCH (f)<-[r:` + firmRoles + `]-(e:Event)
  WITH DISTINCT e, r._at AS at ORDER BY coalesce(at, '') DESC, e.id LIMIT 3
  RETURN e {.id, .title, participants: COLLECT {
    MATCH (e)-[p:` + eventRoles + `]->(m)
    RETURN {role: type(p), entity: m {.id, .name}} ORDER BY p._ord
  }}
}})`

	// firmRoles are the roles that firms can have in events, eventRoles those
	// that anything can have.
	firmRoles  = `ABOUT|ADVOCATES|APPLIES_TO|FIRM|IMPOSED_BY|INVESTIGATORS|RETAILER|SPEAKERS|SUBJECTS|SUPPLIER|SUSPECTS|TARGETS|VICTIMS`
	eventRoles = firmRoles + `|OFFICE|PLACE|PRODUCTS`
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
			return schema.ConstantCase(v)
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
