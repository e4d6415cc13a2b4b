package loader

import (
	"encoding/json"
	"maps"

	"companygraph/graph"
	"companygraph/graph/write"
)

// JSONSchema describes the dataset format to editors, as a JSON Schema (draft
// 2020-12) with a definition for each type. It says which fields there are and
// what they hold; `check` tests the rules between fields. The same model always
// makes the same bytes.
func JSONSchema(m *graph.Model) []byte {
	b := &schemaBuilder{model: m, definitions: object{}}
	// Maps of strings, lists and booleans always marshal, keys in order.
	text, _ := json.MarshalIndent(b.file(), "", "  ")
	return append(text, '\n')
}

type object = map[string]any

type schemaBuilder struct {
	model       *graph.Model
	definitions object
}

// Text may be written without quotes even if YAML takes it for a number.
var textSchema = object{"type": []string{"string", "number"}}

const (
	idDefinition   = "id"
	dateDefinition = "date"
)

func (b *schemaBuilder) file() object {
	b.definitions[idDefinition] = object{
		"description": "The permanent id of a node.",
		"type":        []string{"string", "number"}, "minLength": 1, "maxLength": graph.MaxIDLength,
	}
	b.definitions[dateDefinition] = object{
		"description": "A date, known in part perhaps, in Extended Date/Time Format (ISO 8601-2).",
		"type":        []string{"string", "number"},
		"examples":    []string{"2017-09-13", "2017-09", "2016~", "[..2018-12-31]", "2005/.."},
	}
	properties := object{
		datasetKey: described(textSchema, "The name of the dataset that this file is part of."),
		sourceKey:  described(reference(idDefinition), "The source of all claims and quotations of this file that name none."),
		omittedKey: described(list(b.value(omittedType, nil, nil)), "Spans of sources that the dataset leaves out on purpose."),
	}
	for _, field := range headerType.Fields {
		properties[field.Name] = described(scalarSchema(field), field.Description)
	}
	for _, s := range sections {
		properties[s.key] = list(b.oneOf(typesOf(b.model, s.class)))
	}
	return object{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"title":   "A dataset file",
		"type":    "object", "required": []string{datasetKey}, "properties": properties, "additionalProperties": false,
		"$defs": b.definitions,
	}
}

func reference(definition string) object { return object{"$ref": "#/$defs/" + definition} }

func list(item object) object { return object{"type": "array", "items": item} }

// described returns a copy of a schema with a description.
func described(schema object, description string) object {
	with := maps.Clone(schema)
	with["description"] = description
	return with
}

func (b *schemaBuilder) oneOf(types []*graph.Type) object {
	var definitions []object
	for _, t := range types {
		definitions = append(definitions, b.nodeOf(t, len(types) > 1, nil))
	}
	if len(definitions) == 1 {
		return definitions[0]
	}
	return object{"oneOf": definitions}
}

// nodeOf refers to the definition of a type, and makes it where there is none.
// Under is the link to the node that it is nested in, which is not written.
func (b *schemaBuilder) nodeOf(t *graph.Type, typed bool, under *graph.LinkType) object {
	name := string(t.Name)
	if under != nil {
		name = "Nested" + name
	}
	if b.definitions[name] == nil {
		fields := object{}
		b.definitions[name] = fields // nodes nest, so the name comes first
		b.node(fields, t, typed, under)
	}
	return reference(name)
}

func (b *schemaBuilder) node(definition object, t *graph.Type, typed bool, under *graph.LinkType) {
	properties, required := object{}, []string{}
	if t.Class != graph.PartClass {
		properties[idKey], properties[typeKey] = reference(idDefinition), object{"const": t.Name}
		required = append(required, idKey)
		if typed {
			required = append(required, typeKey)
		}
	}
	for _, p := range t.Properties {
		if p.Derived {
			continue
		}
		properties[p.Name] = described(b.property(t, p), p.Description)
		if p.Required && defaultOf(p).Missing() {
			required = append(required, p.Name)
		}
	}
	for _, r := range t.Relations {
		link, nested := writtenLink(t, r.Name), nestedLink(t, r.Name)
		switch {
		case nested != nil:
			properties[r.Name] = described(list(b.nodeOf(b.model.Types[nested.From], false, nested)), r.Description)
		case r.Inlined != nil:
			properties[r.Name] = described(scalarSchema(r.Inlined), r.Description)
		case link != nil && link != under:
			properties[r.Name] = described(b.link(link), r.Description)
			if link.Required && !hasDefaultSource(b.model, link) {
				required = append(required, r.Name)
			}
		}
	}
	fillObject(definition, t.Description, properties, required)
}

func fillObject(definition object, description string, properties object, required []string) {
	definition["type"] = "object"
	definition["properties"] = properties
	definition["additionalProperties"] = false
	if description != "" {
		definition["description"] = description
	}
	if len(required) > 0 {
		definition["required"] = required
	}
}

func (b *schemaBuilder) link(l *graph.LinkType) object {
	switch {
	case l.Part && l.List:
		return list(b.nodeOf(b.model.Types[l.To], false, nil))
	case l.Part:
		return b.nodeOf(b.model.Types[l.To], false, nil)
	case l.List:
		ids := list(reference(idDefinition))
		ids["uniqueItems"] = true
		return object{"anyOf": []object{reference(idDefinition), ids}}
	default:
		return reference(idDefinition)
	}
}

func (b *schemaBuilder) property(t *graph.Type, p *graph.Property) object {
	if p.Kind != graph.KindValue {
		return scalarSchema(p)
	}
	value := b.value(p.Value, t, p)
	if p.List {
		return list(value)
	}
	return value
}

// value describes a composite value as it is written in a property of a type;
// both are nil for one that is in no node.
func (b *schemaBuilder) value(v *graph.ValueType, t *graph.Type, p *graph.Property) object {
	properties, required := object{}, []string{}
	for _, f := range v.Fields {
		properties[f.Name] = described(scalarSchema(f), f.Description)
		if f.Required && defaultOf(f).Missing() && f.Name != sourceKey {
			required = append(required, f.Name)
		}
	}
	for _, name := range v.FieldOrder {
		if p != nil && !p.List && hiddenLink(t, v.OwnerLinks[name]) != nil {
			properties[name] = reference(idDefinition)
			required = append(required, name)
		}
	}
	definition := object{}
	fillObject(definition, "", properties, required)
	return definition
}

func scalarSchema(p *graph.Property) object {
	switch p.Kind {
	case graph.KindInt:
		return object{"type": "integer"}
	case graph.KindFloat:
		return object{"type": "number"}
	case graph.KindBoolean:
		return object{"type": "boolean"}
	case graph.KindEnum:
		return object{"enum": p.Enum.Values}
	case graph.KindDate:
		return reference(dateDefinition)
	case graph.KindID:
		return reference(idDefinition)
	}
	schema := maps.Clone(textSchema)
	if p.MaxLength > 0 {
		schema["maxLength"] = p.MaxLength
	}
	if pattern := write.TextPattern(p.Name); pattern != "" {
		schema["pattern"] = pattern
	}
	return schema
}
