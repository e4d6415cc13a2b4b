package differ

import (
	"math/rand/v2"
	"slices"
	"strings"

	"companygraph/graph"
	"companygraph/schema"

	"github.com/vektah/gqlparser/v2/ast"
)

// pickField is nil for the type's name.
func (d *draft) pickField(on *ast.Definition, depth int) *ast.FieldDefinition {
	if on == d.schema.Query {
		return d.pickRoot()
	}
	deep := depth < maxDepth && d.fields > 0 && chance(d.shape, 60)
	if !d.isNode(on) {
		// A page without its nodes says little.
		deep = depth <= maxDepth && chance(d.shape, 75)
	}
	fit := slices.DeleteFunc(slices.Clone(on.Fields), func(f *ast.FieldDefinition) bool {
		return d.schema.Types[f.Type.Name()].IsCompositeType() != deep
	})
	if len(fit) == 0 || chance(d.shape, 4) {
		return nil
	}
	return d.pickRelation(on.Name, fit)
}

// pickRoot prefers lists to single nodes, and paths to what is asked of one type.
func (d *draft) pickRoot() *ast.FieldDefinition {
	if chance(d.shape, 8) {
		return d.schema.Query.Fields.ForName(schema.PathsField)
	}
	fit := slices.DeleteFunc(slices.Clone(d.schema.Query.Fields), func(f *ast.FieldDefinition) bool {
		return strings.HasPrefix(f.Name, "__") || f.Arguments.ForName("id") != nil && chance(d.shape, 70)
	})
	return preferType(d, fit, func(f *ast.FieldDefinition) graph.TypeName {
		of := d.schema.Types[f.Type.Name()]
		if nodes := of.Fields.ForName("nodes"); nodes != nil {
			of = d.schema.Types[nodes.Type.Name()]
		}
		return graph.TypeName(of.Name)
	})
}

func (d *draft) pickType(types []*ast.Definition) *ast.Definition {
	return preferType(d, types, func(t *ast.Definition) graph.TypeName { return graph.TypeName(t.Name) })
}

// preferType prefers what is of a type that is there, and of that types with
// short cuts: they are few, and the most there is to get wrong.
func preferType[T any](d *draft, items []T, name func(T) graph.TypeName) T {
	return prefer(d.shape, 30, items, func(item T) bool {
		return slices.ContainsFunc(d.model.RelationsOf(name(item)), d.isShortCut)
	}, func(item T) bool { return d.subset.has(d.model, name(item)) })
}

// pickRelation prefers what leads anywhere, and of that short cuts.
func (d *draft) pickRelation(on string, fields []*ast.FieldDefinition) *ast.FieldDefinition {
	relation := func(f *ast.FieldDefinition) *graph.Relation { return d.model.Relation(graph.TypeName(on), f.Name) }
	return prefer(d.shape, 35, fields, func(f *ast.FieldDefinition) bool {
		r := relation(f)
		return r != nil && d.isShortCut(r)
	}, func(f *ast.FieldDefinition) bool {
		r := relation(f)
		return r == nil || d.subset.leads(d.model, r)
	})
}

// isShortCut tells whether a relation is a short cut that leads anywhere.
func (d *draft) isShortCut(r *graph.Relation) bool {
	return r.Via != nil && d.subset.leads(d.model, r)
}

// prefer picks one of the items: in so many cases of a hundred one of the best,
// mostly a good one.
func prefer[T any](random *rand.Rand, percent int, items []T, best, good func(T) bool) T {
	for _, preferred := range []struct {
		percent int
		is      func(T) bool
	}{{percent, best}, {80, good}} {
		few := slices.DeleteFunc(slices.Clone(items), func(item T) bool { return !preferred.is(item) })
		if len(few) > 0 && chance(random, preferred.percent) {
			return pick(random, few)
		}
	}
	return pick(random, items)
}
