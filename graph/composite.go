package graph

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
)

// Composite is the fields of one composite value by name; absent ones are not
// in it. Composites hold scalars only.
type Composite map[string]Value

// AppendComposite appends c as it is stored: a JSON object with the fields in
// declared order and numbers in their shortest form.
func AppendComposite(b []byte, v *ValueType, c Composite) []byte {
	b = append(b, '{')
	first := true
	for _, f := range v.Fields {
		value := c[f.Name]
		if value.Missing() {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(AppendString(b, f.Name), ':')
		b = value.AppendJSON(b)
	}
	return append(b, '}')
}

// AppendComposites appends the value of a list property as it is stored.
func AppendComposites(b []byte, v *ValueType, list []Composite) []byte {
	b = append(b, '[')
	for i, c := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = AppendComposite(b, v, c)
	}
	return append(b, ']')
}

// errNotCanonical says that stored JSON is not byte for byte what
// AppendComposite makes. Answers copy parts of it, and stores compare it to
// tell whether a node has changed.
var errNotCanonical = errors.New("not in the form in which composite values are stored")

// Composites reads the stored JSON of a property of KindValue: one composite,
// or all of a list. It refuses what AppendComposite would not have written;
// whether the fields hold what they should is for [Validate] to say.
func (p *Property) Composites(stored string) ([]Composite, error) {
	objects, err := p.splitObjects(stored)
	if err != nil {
		return nil, err
	}
	composites := make([]Composite, len(objects))
	for i, object := range objects {
		if composites[i], err = parseComposite(p.Value, object); err != nil {
			return nil, err
		}
	}
	if p.appendStored(composites) != stored {
		return nil, errNotCanonical
	}
	return composites, nil
}

func (p *Property) splitObjects(stored string) ([]json.RawMessage, error) {
	if !p.List {
		return []json.RawMessage{json.RawMessage(stored)}, nil
	}
	var objects []json.RawMessage
	if err := json.Unmarshal([]byte(stored), &objects); err != nil {
		return nil, errNotCanonical
	}
	return objects, nil
}

func (p *Property) appendStored(composites []Composite) string {
	if p.List {
		return string(AppendComposites(nil, p.Value, composites))
	}
	return string(AppendComposite(nil, p.Value, composites[0]))
}

func parseComposite(v *ValueType, object json.RawMessage) (Composite, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(object, &fields); err != nil {
		return nil, errNotCanonical
	}
	c := make(Composite, len(fields))
	for name, raw := range fields {
		f := v.Field(name)
		if f == nil {
			return nil, fmt.Errorf("%s has no field %s", v.Name, Quoted(name))
		}
		value, err := parseScalar(f.Kind, raw)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, errNotCanonical)
		}
		c[name] = value
	}
	return c, nil
}

func parseScalar(kind Kind, raw json.RawMessage) (Value, error) {
	switch kind {
	case KindInt:
		n, err := strconv.ParseInt(string(raw), 10, 32)
		return Int(n), err
	case KindFloat:
		f, err := strconv.ParseFloat(string(raw), 64)
		return Float(f), err
	case KindBoolean:
		b, err := strconv.ParseBool(string(raw))
		return Bool(b), err
	default:
		var s string
		err := json.Unmarshal(raw, &s)
		return Text(s), err
	}
}
