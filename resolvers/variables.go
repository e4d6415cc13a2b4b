package resolvers

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// checkVariables holds values of variables to what gqlparser lets pass: numbers
// sent as strings and strings as numbers, whole numbers of more than 32 bits,
// names of enum values in the wrong case, and input objects of which just one
// field may be given. The rest is checked by gqlparser afterwards.
func checkVariables(schema *ast.Schema, op *ast.OperationDefinition, variables map[string]any) *gqlerror.Error {
	v := variableChecker{schema: schema}
	for _, definition := range op.VariableDefinitions {
		value, given := variables[definition.Variable]
		if !given || value == nil {
			continue
		}
		if path, want := v.problem(definition.Type, value, "$"+definition.Variable); want != "" {
			return validationError(definition.Position, fmt.Sprintf("variable %s must be %s", path, want))
		}
	}
	return nil
}

type variableChecker struct{ schema *ast.Schema }

// problem says where a value is wrong and what it must be; want is "" if it is
// not wrong.
func (v variableChecker) problem(t *ast.Type, value any, path string) (where, want string) {
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

func (v variableChecker) object(definition *ast.Definition, value any, path string) (where, want string) {
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
		_, err := strconv.ParseInt(number.String(), 10, 64)
		fits, want = isText || isNumber && err == nil, "a string or a whole number"
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
