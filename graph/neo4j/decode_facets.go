package neo4j

import (
	"cmp"
	"slices"

	"companygraph/graph"
	"companygraph/graph/plan"
)

// tallied reads what [renderer.tallied] writes.
func (d *decoder) tallied(c *cells, counted *plan.Counted, into *plan.Rows) error {
	if len(counted.Facets)+len(counted.Histograms) == 0 {
		return nil
	}
	facets, histograms := c.all(), c.all()
	for i, f := range counted.Facets {
		values, err := d.facet(facets[i], f)
		if err != nil {
			return err
		}
		into.Facets = append(into.Facets, values)
	}
	for i, h := range counted.Histograms {
		buckets, err := d.histogram(histograms[i], h)
		if err != nil {
			return err
		}
		into.Histograms = append(into.Histograms, buckets)
	}
	return nil
}

func (d *decoder) facet(c *cells, f *plan.Facet) (plan.FacetValues, error) {
	var all plan.FacetValues
	for _, one := range c.all() {
		v, err := d.facetValue(one, f)
		if err != nil {
			return all, err
		}
		all.Values = append(all.Values, v)
	}
	all.Total = int(c.number())
	all.Cut(f)
	return all, nil
}

func (d *decoder) facetValue(c *cells, f *plan.Facet) (plan.FacetValue, error) {
	text, there := c.take().(string)
	v := plan.FacetValue{Count: int(c.number())}
	if there {
		v.Value = graph.Text(facetText(text, f.By))
	}
	if err := d.reading.Counted(v.Value); err != nil || !there || f.Shape == nil {
		return v, err
	}
	var err error
	v.Node, err = d.row(c.cells(), f.Shape)
	return v, err
}

// facetText is a value as clients see it.
func facetText(stored string, by graph.FacetBy) string {
	switch by.(type) {
	case graph.ByKind:
		return graph.ConstantCase(stored)
	case graph.ByNodes:
		return unkey(stored)
	default:
		return stored
	}
}

func (d *decoder) histogram(c *cells, h *plan.Histogram) ([]plan.Bucket, error) {
	spans := make([]plan.Span, len(c.list))
	for i := range spans {
		one := c.cells()
		spans[i] = plan.Span{Prefix: one.text(), Count: int(one.number())}
		if err := d.reading.Counted(graph.Text(spans[i].Prefix)); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(spans, func(a, b plan.Span) int { return cmp.Compare(a.Prefix, b.Prefix) })
	return h.By.Buckets(spans)
}
