package store

import (
	"context"
	"slices"

	"companygraph/graph"
	"companygraph/graph/plan"
)

// Cited is the spans of a source that a node, or a part, cites; SHA256 is the digest
// of the source, if it has one.
type Cited struct {
	Node, Source graph.ID
	SHA256       string
	Spans        []graph.Span
}

// citedAtOnce is how many nodes EachCited reads at a time.
const citedAtOnce = 1000

// EachCited goes over all nodes of a store that cite spans.
func EachCited(ctx context.Context, m *graph.Model, in Store, each func(Cited)) error {
	for _, t := range m.Ordered {
		evidence := slices.IndexFunc(t.Properties, func(p *graph.Property) bool {
			return p.Kind == graph.KindValue && p.List && p.Value.Verification != nil
		})
		if evidence < 0 {
			continue
		}
		if err := eachCitedBy(ctx, in, citing(m, t, t.Properties[evidence]), each); err != nil {
			return err
		}
	}
	return nil
}

// citing reads what nodes of a type cite, with the digests of their sources.
func citing(m *graph.Model, t *graph.Type, evidence *graph.Property) *plan.Fetch {
	source := t.Relation("source")
	to := m.Concrete(source.Target)
	return &plan.Fetch{
		Name: string(t.Name), Match: plan.ByType{}, Types: []*graph.Type{t},
		Window: &plan.Window{Order: []plan.Order{{Property: graph.IDProperty}}, Limit: citedAtOnce},
		Shape: &plan.Shape{Properties: []*graph.Property{evidence}, Follows: []*plan.Follow{{
			Name: source.Name, Parents: []*graph.Type{t}, Path: plan.PathOf(source), Types: to, Extent: plan.Stored{One: true},
			Shape: &plan.Shape{Properties: []*graph.Property{to[0].Property("sha256")}},
		}}},
	}
}

func eachCitedBy(ctx context.Context, in Store, fetch *plan.Fetch, each func(Cited)) error {
	for {
		result, err := in.Query(ctx, &plan.Plan{Fetches: []*plan.Fetch{fetch}})
		if err != nil {
			return err
		}
		rows := result.Fetches[0]
		for _, row := range rows.Rows {
			cited, err := citedBy(row, fetch.Shape.Properties[0])
			if err != nil {
				return err
			}
			if len(cited.Spans) > 0 {
				each(cited)
			}
		}
		if !rows.More {
			return nil
		}
		window := *fetch.Window
		window.After = &plan.Position{graph.Text(string(rows.Rows[len(rows.Rows)-1].ID))}
		fetch.Window = &window
	}
}

func citedBy(row *plan.Row, evidence *graph.Property) (Cited, error) {
	cited := Cited{Node: row.ID}
	sources := row.Follows[0].Rows
	list, err := evidence.Composites(row.Values[0].Text())
	if err != nil || len(sources) == 0 {
		return cited, err
	}
	cited.Source, cited.SHA256 = sources[0].ID, sources[0].Values[0].Text()
	for _, c := range list {
		start, offsets := c["start"].Any().(int64)
		end, _ := c["end"].Any().(int64)
		if offsets {
			cited.Spans = append(cited.Spans, graph.Span{Start: int(start), End: int(end), SHA256: c["sha256"].Text()})
		}
	}
	return cited, nil
}
