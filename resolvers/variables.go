package resolvers

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// readVariables holds values of variables to what gqlparser lets pass: numbers
// sent as strings and strings as numbers, whole numbers of more than 32 bits,
// names of enum values in the wrong case, and input objects of which just one
// field may be given. The rest is checked by gqlparser afterwards. What is
// returned has numbers as gqlparser understands them: JSON may write 1 as 1.0.
func readVariables(schema *ast.Schema, op *ast.OperationDefinition, variables map[string]any) (map[string]any, *gqlerror.Error) {
	v := variableReader{schema: schema}
	read := maps.Clone(variables)
	for _, definition := range op.VariableDefinitions {
		value, given := variables[definition.Variable]
		switch required := definition.Type.NonNull && definition.DefaultValue == nil; {
		case !given && required:
			return nil, validationError(definition.Position, fmt.Sprintf("variable $%s of type %s is required", definition.Variable, definition.Type))
		case given && value == nil && definition.Type.NonNull:
			return nil, validationError(definition.Position, fmt.Sprintf("variable $%s must not be null; its type is %s", definition.Variable, definition.Type))
		case value == nil:
			continue
		}
		if path, want := v.problem(definition.Type, value, "$"+definition.Variable); want != "" {
			return nil, validationError(definition.Position, fmt.Sprintf("variable %s must be %s", path, want))
		}
		read[definition.Variable] = v.plain(definition.Type, value)
	}
	return read, nil
}

type variableReader struct{ schema *ast.Schema }

// problem says where a value is wrong and what it must be; want is "" if it is
// not wrong.
func (v variableReader) problem(t *ast.Type, value any, path string) (where, want string) {
	if value == nil {
		return path, "" // gqlparser knows where null may be
	}
	if t.Elem != nil {
		items, isList := value.([]any)
		if !isList {
			return v.problem(t.Elem, value, path)
		}
		for i, item := range items {
			if where, want := v.problem(t.Elem, item, path+"."+strconv.Itoa(i)); want != "" {
				return where, want
			}
		}
		return path, ""
	}
	definition := v.schema.Types[t.NamedType]
	switch {
	case definition == nil:
		return path, ""
	case definition.Kind == ast.InputObject:
		return v.object(definition, value, path)
	case definition.Kind == ast.Enum:
		name, isName := value.(string)
		if !isName || !slices.ContainsFunc(definition.EnumValues, func(e *ast.EnumValueDefinition) bool { return e.Name == name }) {
			return path, "a value of " + definition.Name
		}
		return path, ""
	default:
		return path, scalarProblem(t.NamedType, value)
	}
}

func (v variableReader) object(definition *ast.Definition, value any, path string) (where, want string) {
	object, isObject := value.(map[string]any)
	if !isObject {
		return path, "an object"
	}
	if definition.Directives.ForName("oneOf") != nil {
		if len(object) != 1 {
			return path, "an object with just one field"
		}
		for _, only := range object {
			if only == nil {
				return path, "an object with one field that is not null"
			}
		}
	}
	for _, field := range definition.Fields {
		if where, want := v.problem(field.Type, object[field.Name], path+"."+field.Name); want != "" {
			return where, want
		}
	}
	return path, ""
}

// scalarProblem says what a value must be to stand for a scalar; "" if it does.
// Scalars of our own are read by whoever uses them.
func scalarProblem(name string, value any) string {
	number, isNumber := value.(json.Number)
	_, isText := value.(string)
	fits, want := true, ""
	switch name {
	case "Int":
		n, err := strconv.ParseFloat(number.String(), 64)
		fits, want = isNumber && err == nil && n == math.Trunc(n) && n >= math.MinInt32 && n <= math.MaxInt32, "a whole number of 32 bits"
	case "Float":
		_, err := strconv.ParseFloat(number.String(), 64)
		fits, want = isNumber && err == nil, "a finite number"
	case "ID":
		fits, want = isText || isNumber && isWhole(number.String()), "a string or a whole number"
	case "String":
		fits, want = isText, "a string"
	case "Boolean":
		_, fits = value.(bool)
		want = "true or false"
	}
	if fits {
		return ""
	}
	return want
}

// isWhole reports whether a number is written without a fraction and an exponent.
func isWhole(number string) bool {
	digits := strings.TrimPrefix(number, "-")
	return digits != "" && strings.Trim(digits, "0123456789") == ""
}

// plain is a value that was found right, with its whole numbers in digits alone
// and numbers that stand for ids as text.
func (v variableReader) plain(t *ast.Type, value any) any {
	if value == nil {
		return nil
	}
	if t.Elem != nil {
		items, isList := value.([]any)
		if !isList {
			return v.plain(t.Elem, value)
		}
		list := make([]any, len(items))
		for i, item := range items {
			list[i] = v.plain(t.Elem, item)
		}
		return list
	}
	if object, isObject := value.(map[string]any); isObject {
		return v.plainObject(v.schema.Types[t.NamedType], object)
	}
	number, isNumber := value.(json.Number)
	switch {
	case isNumber && t.NamedType == "ID":
		return number.String()
	case isNumber && t.NamedType == "Int":
		whole, _ := strconv.ParseFloat(number.String(), 64)
		return json.Number(strconv.FormatInt(int64(whole), 10))
	}
	return value
}

func (v variableReader) plainObject(definition *ast.Definition, object map[string]any) any {
	if definition == nil || definition.Kind != ast.InputObject {
		return object
	}
	read := maps.Clone(object)
	for _, field := range definition.Fields {
		if value, given := object[field.Name]; given {
			read[field.Name] = v.plain(field.Type, value)
		}
	}
	return read
}
