package sqlite

import (
	"errors"
	"testing"

	"companygraph/graph"
	"companygraph/graph/graphtest"
)

// A filter that has the engine look through all facts of all entities is stopped
// on the way, however few rows it would answer; so is a count.
func TestPlansAreHeldToWhatTheyScan(t *testing.T) {
	store := openWith(t, graphtest.Generated(t, small.Times(4))...)
	for name, query := range map[string]string{
		"page":  `{ entities(first: 1, where: { facts: { some: { claims: { some: { stance: { eq: RETRACTS } } } } } }) { nodes { id } } }`,
		"count": `{ entities(first: 0, where: { facts: { some: { claims: { some: { stance: { eq: RETRACTS } } } } } }) { totalCount } }`,
	} {
		p := graphtest.PlanOf(t, query, nil)
		result, err := store.Query(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		if result.Read > 0 || result.Scanned < 10*rowsPerLook {
			t.Errorf("%s: %d rows were read and %d looked through", name, result.Read, result.Scanned)
		}
		for limit, refused := range map[int]bool{2 * result.Scanned: false, result.Scanned / 2: true} {
			limited := *p
			limited.MaxScanned = limit
			_, err := store.Query(t.Context(), &limited)
			own := new(graph.Error)
			if got := errors.As(err, &own) && own.Code == graph.CodeLimit && own.Excess.What == "scanned" && own.Excess.Value > own.Excess.Limit; got != refused {
				t.Errorf("%s, with %d of %d: %v", name, limit, result.Scanned, err)
			}
		}
	}
	// The connection that was stopped goes on.
	if _, err := store.Query(t.Context(), graphtest.PlanOf(t, operations["deep"], nil)); err != nil {
		t.Error(err)
	}
}

// Rows that are answered are not looked through once more.
func TestResultsAreNotScanned(t *testing.T) {
	store := openWith(t, graphtest.Generated(t, small)...)
	result, err := store.Query(t.Context(), graphtest.PlanOf(t, `{ firm(id: "firm-0000000") { id } }`, nil))
	if err != nil || result.Read != 1 || result.Scanned > 2*rowsPerLook {
		t.Errorf("%+v, %v", result, err)
	}
	wide, err := store.Query(t.Context(), graphtest.PlanOf(t, `{ firms(first: 100) { nodes { id } } people(first: 100) { nodes { id } } }`, nil))
	if err != nil || wide.Read < 50 || wide.Scanned > wide.Read*10 {
		t.Errorf("%d rows were read and %d looked through, %v", wide.Read, wide.Scanned, err)
	}
}
