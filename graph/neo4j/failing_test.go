package neo4j_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"companygraph/graph/graphtest"
	"companygraph/graph/neo4j/neo4jtest"
	"companygraph/schema"
)

// Whoever runs the server may end a transaction at any moment. Then nothing is
// left of the batch, and the store works on.
func TestTerminatedTransactions(t *testing.T) {
	store := open(t, schema.Model())
	toggle := graphtest.NewToggle(t, store)
	terminated := 0
	const rounds = 6
	for round := range rounds {
		err := toggle.Try(t, func(batch graphtest.Batch, took time.Duration) error {
			answer := make(chan error, 1)
			go func() {
				_, err := graphtest.Write(t.Context(), store, batch)
				answer <- err
			}()
			part := (float64(round) + rand.Float64()) / (2 * rounds)
			time.Sleep(time.Duration(part * float64(took)))
			terminateWriters(t)
			return <-answer
		})
		if err != nil {
			terminated++
		}
	}
	if terminated == 0 {
		t.Error("no transaction was terminated in time")
	}
	toggle.Finish(t)
}

// terminateWriters ends all transactions but its own.
func terminateWriters(t *testing.T) {
	t.Helper()
	const text = `SHOW TRANSACTIONS YIELD transactionId AS id, currentQuery AS query
WHERE NOT query STARTS WITH 'SHOW TRANSACTIONS'
TERMINATE TRANSACTIONS id YIELD message RETURN message`
	neo4jtest.Run(t, neo4jtest.Server(t), text, nil)
}
