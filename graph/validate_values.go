package graph

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ValidateComposite tells what is wrong with the fields of one composite value.
// The errors name fields of the value and no id.
func ValidateComposite(t *ValueType, c Composite) BatchErrors {
	var errs BatchErrors
	add := func(field, problem string) {
		if problem != "" {
			errs = append(errs, BatchError{Field: field, Text: problem})
		}
	}
	for _, f := range t.Fields {
		switch value := c[f.Name]; {
		case !value.Missing():
			add(f.Name, scalarProblem(f, value, compositeLimit(f)))
		case f.Required:
			add(f.Name, isRequired)
		}
	}
	add(spanProblem(t, c))
	return errs
}

const isRequired = "it is required"

// limitOf returns the greatest length of a node's own text.
func limitOf(p *Property) int {
	switch {
	case p.MaxLength > 0:
		return p.MaxLength
	case p.Searched != 0, p.Indexed:
		return MaxShortText
	}
	return MaxText
}

func compositeLimit(f *Property) int {
	if f.MaxLength > 0 {
		return f.MaxLength
	}
	return MaxShortText
}

// scalarProblem says what is wrong with a value that is not composite; "" if
// nothing is.
func scalarProblem(p *Property, value Value, limit int) string {
	if value.kind != valueKinds[p.Kind] {
		return "it must be " + kindNames[p.Kind]
	}
	switch p.Kind {
	case KindInt, KindFloat:
		return numberProblem(p.Kind, value.number)
	case KindEnum:
		return enumProblem(p.Enum, value.text)
	case KindDate:
		return dateProblem(value.text)
	case KindString, KindID:
		return textProblem(p.Name, value.text, limit)
	}
	return ""
}

// valueKinds has what a scalar of each kind is stored as.
var valueKinds = map[Kind]valueKind{
	KindString: textValue, KindID: textValue, KindEnum: textValue, KindDate: textValue,
	KindInt: intValue, KindFloat: floatValue, KindBoolean: boolValue,
}

var kindNames = map[Kind]string{
	KindString: "text", KindID: "an id", KindEnum: "one of the words of its type", KindDate: "a date",
	KindInt: "a whole number", KindFloat: "a number", KindBoolean: "true or false",
}

func numberProblem(kind Kind, f float64) string {
	switch {
	case math.IsNaN(f), math.IsInf(f, 0):
		return "the number is not finite"
	case f == 0 && math.Signbit(f):
		return "a zero has no sign"
	case kind == KindInt && f != float64(int32(f)):
		return "a whole number has at most 32 bits"
	}
	return ""
}

func enumProblem(e *Enum, text string) string {
	if slices.Contains(e.Values, text) {
		return ""
	}
	return fmt.Sprintf("%s is not one of %s", shown(text), strings.Join(e.Values, ", "))
}

func dateProblem(edtf string) string {
	if _, err := ParsePartialDate(edtf); err != nil {
		return err.Error()
	}
	return ""
}

func textProblem(name, text string, limit int) string {
	switch normal, err := NormalizeText(text); {
	case strings.TrimSpace(text) == "":
		return "the text is empty; leave out what is not known"
	case err != nil:
		return err.Error()
	case normal != text:
		return notNormal
	}
	if n := utf8.RuneCountInString(text); n > limit {
		return fmt.Sprintf("the text has %d characters, and at most %d are allowed", n, limit)
	}
	if f, ok := formats[name]; ok && !f.pattern.MatchString(text) {
		return fmt.Sprintf("%s is not %s", shown(text), f.due)
	}
	return ""
}

// formats is what text of certain names looks like, in whatever type or value
// it is. Only web addresses get through as url, because clients make links of it.
var formats = map[string]struct {
	pattern *regexp.Regexp
	due     string
}{
	"country":  {regexp.MustCompile(`^[A-Z]{2}$`), "a country as ISO 3166-1 has it: two capital letters, such as US"},
	"language": {regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`), "a language tag such as en or pt-BR"},
	"scheme":   {regexp.MustCompile(`^[a-z0-9]+([._-][a-z0-9]+)*$`), "the name of a collection in lower case, such as wikidata"},
	"sha256":   {regexp.MustCompile(`^[0-9a-f]{64}$`), "a SHA-256 in 64 hexadecimal digits, letters in lower case"},
	"url":      {regexp.MustCompile(`^https?://[^\s/?#][^\s]*$`), "a web address that starts with https:// or http://"},
}

// TextPattern returns the regular expression that all text of a name matches;
// "" if there is none.
func TextPattern(name string) string {
	if f, ok := formats[name]; ok {
		return f.pattern.String()
	}
	return ""
}

// shown quotes text that may be anything, cut to what helps.
func shown[T ~string](text T) string {
	const enough = 60
	if start := firstRunes(string(text), enough); start != string(text) {
		return strconv.Quote(start) + "…"
	}
	return strconv.Quote(string(text))
}

// spanProblem holds a value that cites a span of a source to the rules of
// spans: offsets and digest come all or none. The field is "" if the problem is
// with the whole.
func spanProblem(t *ValueType, c Composite) (field, problem string) {
	if t.Field("start") == nil || t.Field("end") == nil || t.Field("sha256") == nil {
		return "", ""
	}
	start, end, digest := c["start"], c["end"], c["sha256"]
	switch {
	case start.Missing() && end.Missing() && digest.Missing():
		return "", ""
	case start.Missing() || end.Missing() || digest.Missing():
		return "", "start, end and sha256 of a span come together or not at all"
	case start.number < 0:
		return "start", "a span starts at 0 or later"
	case start.number >= end.number:
		return "end", "a span ends after it starts; end is exclusive"
	case end.number-start.number > MaxSpan:
		return "end", fmt.Sprintf("a span has at most %d characters", MaxSpan)
	}
	return "", ""
}
