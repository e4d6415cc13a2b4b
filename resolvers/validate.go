package resolvers

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

type rule = validator.Rule

// rulesFor are the rules of validation, in the order of their names.
func rulesFor(suggestions bool) []rule {
	all := rules.NewDefaultRules()
	if !suggestions {
		for _, silent := range silentRules {
			all.RemoveRule(strings.TrimSuffix(silent.Name, "WithoutSuggestions"))
			all.AddRule(silent.Name, silent.RuleFunc)
		}
	}
	functions := all.GetInner()
	ordered := make([]rule, 0, len(functions))
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		ordered = append(ordered, rule{Name: name, RuleFunc: functions[name]})
	}
	return ordered
}

// silentRules are those that stand for the ones which suggest names.
var silentRules = []rule{
	rules.FieldsOnCorrectTypeRuleWithoutSuggestions, rules.KnownArgumentNamesRuleWithoutSuggestions, rules.KnownTypeNamesRuleWithoutSuggestions,
	rules.ScalarLeafsRuleWithoutSuggestions, rules.ValuesOfCorrectTypeRuleWithoutSuggestions,
}

// maxErrors is how many errors of validation are told. A document can have as
// many as the square of its fields; validation ends with the last one told.
const maxErrors = 20

// enough is what ends validation.
type enough struct{}

// validate is gqlparser's validation with an end.
func validate(schema *ast.Schema, doc *ast.QueryDocument, ruleset []rule) (errs gqlerror.List) {
	if len(doc.Operations) == 0 {
		return gqlerror.List{validationError(nil, "the document has no operation")}
	}
	defer func() {
		if reason := recover(); reason != nil && reason != (enough{}) {
			panic(reason)
		}
	}()
	observers := &validator.Events{}
	for _, r := range ruleset {
		r.RuleFunc(observers, func(options ...validator.ErrorOption) {
			err := &gqlerror.Error{Rule: r.Name, Extensions: map[string]any{"code": errcode.ValidationFailed}}
			for _, option := range options {
				option(err)
			}
			if isLargeID(err.Message) {
				return
			}
			err.Message = shortened(err.Message)
			errs = append(errs, err)
			if len(errs) == maxErrors {
				panic(enough{})
			}
		})
	}
	validator.Walk(schema, doc, observers)
	return errs
}

// isLargeID reports whether gqlparser refuses a whole number as an id: it takes
// those of 64 bits only, and ids are text of any length.
func isLargeID(message string) bool {
	number, found := strings.CutPrefix(message, "ID cannot represent a non-string and non-integer value: ")
	return found && isWhole(number)
}

// maxMessageBytes keeps what a client sent from coming back to it in full.
const maxMessageBytes = 300

func shortened(message string) string {
	if len(message) <= maxMessageBytes {
		return message
	}
	end := maxMessageBytes
	for !utf8.RuneStart(message[end]) {
		end--
	}
	return message[:end] + "…"
}
