package resolvers

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"companygraph/graph"

	"github.com/vektah/gqlparser/v2/ast"
	"golang.org/x/text/unicode/norm"
)

// arguments are the given arguments of one field; a nullable variable that was
// not provided counts as not given, as the specification has it.
type arguments map[string]any

func (p *planner) arguments(field *ast.Field) arguments {
	args := arguments{}
	for _, arg := range field.Arguments {
		if v, given := p.valueOf(arg.Value); given {
			args[arg.Name] = v
		}
	}
	return args
}

// valueOf resolves a literal and the variables in it to nil, bool, string,
// numbers, []any and map[string]any. Enum values are strings. Validation has
// checked literals against the schema; what variables hold is checked where it
// is used, by the functions below.
func (p *planner) valueOf(v *ast.Value) (value any, given bool) {
	switch v.Kind {
	case ast.Variable:
		value, given = p.operation.Variables[v.Raw]
		return value, given
	case ast.ListValue:
		list := make([]any, 0, len(v.Children))
		for _, child := range v.Children {
			// A variable that is not provided is null as an item of a list.
			item, _ := p.valueOf(child.Value)
			list = append(list, item)
		}
		return list, true
	case ast.ObjectValue:
		object := make(map[string]any, len(v.Children))
		for _, child := range v.Children {
			if item, ok := p.valueOf(child.Value); ok {
				object[child.Name] = item
			}
		}
		return object, true
	case ast.NullValue:
		return nil, true
	case ast.BooleanValue:
		return v.Raw == "true", true
	case ast.IntValue, ast.FloatValue:
		return json.Number(v.Raw), true
	default:
		return v.Raw, true
	}
}

// asList wraps a single value, as the specification coerces input lists.
// gqlparser does so for variables, with slices of the value's own type.
func asList(v any) []any {
	switch list := v.(type) {
	case []any:
		return list
	case []string:
		return anys(list)
	case []json.Number:
		return anys(list)
	case []map[string]any:
		return anys(list)
	default:
		return []any{v}
	}
}

func anys[T any](list []T) []any {
	items := make([]any, len(list))
	for i, item := range list {
		items[i] = item
	}
	return items
}

func asObject(v any, where string) (map[string]any, error) {
	object, ok := v.(map[string]any)
	if !ok {
		return nil, wrongKind(where, "an object", v)
	}
	return object, nil
}

func asString(v any, where string) (string, error) {
	s, ok := v.(string)
	if !ok {
		return "", wrongKind(where, "a string", v)
	}
	return s, nil
}

// asID takes strings and, as the specification allows for IDs, integers. Ids
// are stored in normalization form C.
func asID(v any, where string) (string, error) {
	switch id := v.(type) {
	case string:
		return norm.NFC.String(id), nil
	case json.Number:
		if isWhole(id.String()) {
			return id.String(), nil
		}
	case int64:
		return strconv.FormatInt(id, 10), nil
	}
	return "", wrongKind(where, "an id", v)
}

func asBool(v any, where string) (bool, error) {
	b, ok := v.(bool)
	if !ok {
		return false, wrongKind(where, "true or false", v)
	}
	return b, nil
}

// asInt takes whole numbers of 32 bits, the range of the Int type.
func asInt(v any, where string) (int, error) {
	f, err := asFloat(v, where)
	if err != nil || f != math.Trunc(f) || f < math.MinInt32 || f > math.MaxInt32 {
		return 0, wrongKind(where, "a whole number of 32 bits", v)
	}
	return int(f), nil
}

func asFloat(v any, where string) (float64, error) {
	var f float64
	switch n := v.(type) {
	case json.Number:
		parsed, err := n.Float64()
		if err != nil {
			return 0, wrongKind(where, "a number", v)
		}
		f = parsed
	case float64:
		f = n
	case int64:
		f = float64(n)
	case int:
		f = float64(n)
	default:
		return 0, wrongKind(where, "a number", v)
	}
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0, wrongKind(where, "a finite number", v)
	}
	return f, nil
}

// asIDs takes a list of so many ids at most.
func asIDs(v any, where string, limit int) ([]graph.ID, error) {
	items := asList(v)
	if len(items) > limit {
		return nil, limitError(where, "too many ids", limit, len(items))
	}
	ids := make([]graph.ID, len(items))
	for i, item := range items {
		id, err := asID(item, where+"."+strconv.Itoa(i))
		if err != nil {
			return nil, err
		}
		ids[i] = graph.ID(id)
	}
	return ids, nil
}

// asDay takes a day, YYYY-MM-DD.
func asDay(v any, where string) (string, error) {
	s, err := asString(v, where)
	if err != nil {
		return "", err
	}
	day, err := graph.ParseDay(s)
	if err != nil {
		return "", graph.BadArgument(where, "%s", err)
	}
	return day, nil
}

// wrongKind never repeats the value: it may be long or hostile.
func wrongKind(where, want string, got any) error {
	return graph.BadArgument(where, "must be %s, not %s", want, kindOf(got))
}

func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "a Boolean"
	case string:
		return "a string"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	case json.Number, float64, int64, int:
		return "this number"
	default:
		return fmt.Sprintf("a value of kind %T", v)
	}
}
