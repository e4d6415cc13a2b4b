package resolvers

import (
	"math"

	"github.com/vektah/gqlparser/v2/ast"
)

// size is how large a document is: its fields and directives together, and the
// greatest depth, variables and root fields of any operation in it. The fields
// of a fragment count wherever it is spread; a fragment and its spread count as
// a field themselves, as they cost what one does.
type size struct{ depth, fields, directives, variables, rootFields int }

// measure finds the size of a parsed document, before anything is known of its
// validity. Each fragment is measured once, however often it is spread.
type measure struct {
	document  *ast.QueryDocument
	fragments map[string]*ast.FragmentDefinition
	measured  map[string]extent
	entered   map[string]bool
	// cycle is a spread of a fragment inside of itself, nil if there is none.
	cycle *ast.FragmentSpread
}

// extent is the part of the size that selections have.
type extent struct{ depth, fields, rootFields int }

func newMeasure(doc *ast.QueryDocument) *measure {
	m := &measure{
		document: doc, fragments: map[string]*ast.FragmentDefinition{},
		measured: map[string]extent{}, entered: map[string]bool{},
	}
	for _, fragment := range doc.Fragments {
		m.fragments[fragment.Name] = fragment
	}
	return m
}

func (m *measure) size() size {
	s := size{}
	for _, op := range m.document.Operations {
		e := m.selections(op.SelectionSet)
		s.fields = sum(s.fields, e.fields)
		s.depth, s.rootFields = max(s.depth, e.depth), max(s.rootFields, e.rootFields)
		s.variables = max(s.variables, len(op.VariableDefinitions))
		s.directives += len(op.Directives) + directives(op.SelectionSet)
		for _, v := range op.VariableDefinitions {
			s.directives += len(v.Directives)
		}
	}
	for _, fragment := range m.document.Fragments {
		s.fields = sum(s.fields, m.fragment(fragment).fields)
		s.directives += len(fragment.Directives) + directives(fragment.SelectionSet)
	}
	return s
}

func (m *measure) selections(set ast.SelectionSet) extent {
	total := extent{}
	for _, selection := range set {
		e := extent{}
		switch s := selection.(type) {
		case *ast.Field:
			inside := m.selections(s.SelectionSet)
			e = extent{depth: 1 + inside.depth, fields: inside.fields, rootFields: 1}
		case *ast.InlineFragment:
			e = m.selections(s.SelectionSet)
		case *ast.FragmentSpread:
			e = m.spread(s)
		}
		total.depth = max(total.depth, e.depth)
		total.fields = sum(total.fields, sum(1, e.fields))
		total.rootFields = sum(total.rootFields, e.rootFields)
	}
	return total
}

func (m *measure) spread(s *ast.FragmentSpread) extent {
	fragment := m.fragments[s.Name]
	switch {
	case fragment == nil: // validation will say so
		return extent{}
	case m.entered[s.Name]:
		m.cycle = s
		return extent{}
	}
	return m.fragment(fragment)
}

func (m *measure) fragment(f *ast.FragmentDefinition) extent {
	if e, known := m.measured[f.Name]; known {
		return e
	}
	m.entered[f.Name] = true
	e := m.selections(f.SelectionSet)
	m.entered[f.Name] = false
	m.measured[f.Name] = e
	return e
}

// directives counts those of a selection set, without what it spreads.
func directives(set ast.SelectionSet) int {
	n := 0
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			n += len(s.Directives) + directives(s.SelectionSet)
		case *ast.InlineFragment:
			n += len(s.Directives) + directives(s.SelectionSet)
		case *ast.FragmentSpread:
			n += len(s.Directives)
		}
	}
	return n
}

// merges counts the pairs of fields that are answered under one key, which
// validation compares one by one. Fragments must form no cycle; it takes time
// by the number of fields.
func (m *measure) merges() int {
	n := 0
	for _, op := range m.document.Operations {
		n = sum(n, m.mergesOf([]ast.SelectionSet{op.SelectionSet}))
	}
	return n
}

func (m *measure) mergesOf(sets []ast.SelectionSet) int {
	byKey := map[string][]ast.SelectionSet{}
	for _, set := range sets {
		m.group(set, byKey)
	}
	n := 0
	for _, same := range byKey {
		n = sum(n, len(same)*(len(same)-1)/2)
		n = sum(n, m.mergesOf(same))
	}
	return n
}

// group gathers the selection sets of all fields by their response keys.
func (m *measure) group(set ast.SelectionSet, byKey map[string][]ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			byKey[s.Alias] = append(byKey[s.Alias], s.SelectionSet)
		case *ast.InlineFragment:
			m.group(s.SelectionSet, byKey)
		case *ast.FragmentSpread:
			if fragment := m.fragments[s.Name]; fragment != nil {
				m.group(fragment.SelectionSet, byKey)
			}
		}
	}
}

// sum adds numbers that grow exponentially with what an attacker sends.
func sum(a, b int) int {
	if a > math.MaxInt-b {
		return math.MaxInt
	}
	return a + b
}
