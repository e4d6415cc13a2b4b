package graphtest

import (
	"testing"

	"companygraph/graph"
	"companygraph/graph/store"
)

// Open opens a store that is empty, for the test alone; it closes and removes
// it when the test ends. The suite may close it before.
type Open func(t *testing.T, m *graph.Model) store.Store

// TestStore holds a store to the contract of [graph.Store]: every case, each on
// a fresh store. Where questions are asked they go through the whole server, so
// that planner, store and encoder are held to it together.
//
// The cases in testdata/*.txtar are a dataset and questions with the answers
// byte for byte; see [readCase]. Those that write between questions are code.
func TestStore(t *testing.T, open Open) {
	t.Run("answers", func(t *testing.T) { testAnswers(t, open) })
	for _, group := range []struct {
		name  string
		cases map[string]func(*world)
	}{
		{"paging", pagingCases},
		{"writing", writingCases},
		{"status", statusCases},
		{"time", timeCases},
		{"disputes", disputeCases},
		{"lifecycle", lifecycleCases},
		{"exporting", exportingCases},
		{"importing", importingCases},
		{"cutting", cuttingCases},
		{"revisions", revisionCases},
		{"keeping", keepingCases},
		{"changing", changingCases},
		{"history", historyCases},
		{"copying", copyingCases},
		{"failing", failingCases},
		{"counting", countingCases},
		{"evidence", evidenceCases},
		{"searching", searchingCases},
		{"faceting", facetingCases},
		{"paths", pathCases},
	} {
		t.Run(group.name, func(t *testing.T) {
			for name, run := range group.cases {
				t.Run(name, func(t *testing.T) { run(newWorld(t, open)) })
			}
		})
	}
}
