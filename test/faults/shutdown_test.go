package faults_test

import (
	"testing"

	"companygraph/graph/neo4j/neo4jtest"
)

func drainsFromNeo4j(t *testing.T, database *neo4jtest.Process, network *proxy) {}
