package write

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"companygraph/graph"
)

// ValidateComposite tells what is wrong with the fields of one composite value.
// The errors name fields of the value and no id.
func ValidateComposite(t *graph.ValueType, c graph.Composite) Problems {
	var errs Problems
	add := func(field, problem string) {
		if problem != "" {
			errs = append(errs, Problem{Field: field, Text: problem})
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
func limitOf(p *graph.Property) int {
	switch {
	case p.MaxLength > 0:
		return p.MaxLength
	case p.Searched != 0 && p.Searched != graph.QuotationField, p.Indexed:
		return MaxShortText
	}
	return MaxText
}

func compositeLimit(f *graph.Property) int {
	if f.MaxLength > 0 {
		return f.MaxLength
	}
	return MaxShortText
}

// scalarProblem says what is wrong with a value that is not composite; "" if
// nothing is.
func scalarProblem(p *graph.Property, value graph.Value, limit int) string {
	if !value.Fits(p.Kind) {
		return "it must be " + kindNames[p.Kind]
	}
	switch p.Kind {
	case graph.KindInt, graph.KindFloat:
		return numberProblem(p.Kind, value.Number())
	case graph.KindEnum:
		return enumProblem(p.Enum, value.Text())
	case graph.KindDate:
		return dateProblem(value.Text())
	case graph.KindString, graph.KindID:
		return textProblem(p, value.Text(), limit)
	}
	return ""
}

var kindNames = map[graph.Kind]string{
	graph.KindString: "text", graph.KindID: "an id", graph.KindEnum: "one of the words of its type", graph.KindDate: "a date",
	graph.KindInt: "a whole number", graph.KindFloat: "a number", graph.KindBoolean: "true or false",
}

func numberProblem(kind graph.Kind, f float64) string {
	switch {
	case math.IsNaN(f), math.IsInf(f, 0):
		return "the number is not finite"
	case f == 0 && math.Signbit(f):
		return "a zero has no sign"
	case kind == graph.KindInt && f != float64(int32(f)):
		return "a whole number has at most 32 bits"
	}
	return ""
}

func enumProblem(e *graph.Enum, text string) string {
	if slices.Contains(e.Values, text) {
		return ""
	}
	return fmt.Sprintf("%s is not one of %s", graph.Quoted(text), strings.Join(e.Values, ", "))
}

func dateProblem(edtf string) string {
	if _, err := graph.ParsePartialDate(edtf); err != nil {
		return err.Error()
	}
	return ""
}

func textProblem(p *graph.Property, text string, limit int) string {
	switch normal, err := graph.NormalizeText(text); {
	case strings.TrimSpace(text) == "":
		return "the text is empty; leave out what is not known"
	case err != nil:
		return err.Error()
	case normal != text && !p.Verbatim:
		return notNormal
	case invisible(text):
		return "the text has only invisible characters; leave out what is not known"
	}
	if n := utf8.RuneCountInString(text); n > limit {
		return fmt.Sprintf("the text has %d characters, and at most %d are allowed", n, limit)
	}
	if f, ok := formats[p.Name]; ok {
		return f.problem(text)
	}
	return ""
}

// invisible reports whether nothing of a text can be seen.
func invisible(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool {
		const brailleBlank = '\u2800'
		unseen := r == brailleBlank || unicode.IsSpace(r) ||
			unicode.In(r, unicode.Cc, unicode.Cf, unicode.M, unicode.Z, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point, unicode.Noncharacter_Code_Point)
		return !unseen
	})
}

// format is what text of a name looks like.
type format struct {
	pattern *regexp.Regexp
	due     string
	// known reports whether text that fits the pattern stands for something, and
	// if it does not what may be meant, which may be ""; nil if all text does.
	known func(text string) (ok bool, meant string)
}

// formats are those of certain names, in whatever type or value they are. Only
// web addresses get through as url, because clients make links of it.
var formats = map[string]format{
	"country":  {regexp.MustCompile(`^[A-Z]{2}$`), "an ISO 3166-1 country code: two capital letters, such as US", knownCountry},
	"language": {regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`), "a language tag of the IANA registry, such as en or pt-BR", knownLanguage},
	"scheme":   {regexp.MustCompile(`^[a-z0-9]+([._-][a-z0-9]+)*$`), "the name of a collection in lower case, such as wikidata", nil},
	"sha256":   {regexp.MustCompile(`^[0-9a-f]{64}$`), "a SHA-256 in 64 hexadecimal digits, letters in lower case", nil},
	"url":      {regexp.MustCompile(`^https?://[^\s/?#][^\s]*$`), "a web address that starts with https:// or http://", nil},
}

func (f format) problem(text string) string {
	ok, meant := f.pattern.MatchString(text), ""
	if f.known != nil {
		var known bool
		known, meant = f.known(text)
		ok = ok && known
	}
	switch {
	case ok:
		return ""
	case meant != "":
		return fmt.Sprintf("%s is not %s; did you mean %s?", graph.Quoted(text), f.due, meant)
	}
	return fmt.Sprintf("%s is not %s", graph.Quoted(text), f.due)
}

// TextPattern returns the regular expression that all text of a name matches;
// "" if there is none.
func TextPattern(name string) string {
	if f, ok := formats[name]; ok {
		return f.pattern.String()
	}
	return ""
}

// spanProblem holds a value that cites a span of a source to the rules of
// spans: offsets and digest come all or none. The field is "" if the problem is
// with the whole.
func spanProblem(t *graph.ValueType, c graph.Composite) (field, problem string) {
	if t.Field("start") == nil || t.Field("end") == nil || t.Field("sha256") == nil {
		return "", ""
	}
	start, end, digest := c["start"], c["end"], c["sha256"]
	switch {
	case start.Missing() && end.Missing() && digest.Missing():
		return "", ""
	case start.Missing() || end.Missing() || digest.Missing():
		return "", "start, end and sha256 of a span come together or not at all"
	case start.Number() < 0:
		return "start", "a span starts at 0 or later"
	case start.Number() >= end.Number():
		return "end", "a span ends after it starts; end is exclusive"
	case end.Number()-start.Number() > MaxSpan:
		return "end", fmt.Sprintf("a span has at most %d characters", MaxSpan)
	}
	return "", ""
}

// The limits of what a node may hold, beside [MaxIDLength] and those the schema
// declares with @maxLength. All count Unicode code points.
const (
	// MaxShortText limits text that stores index or compare (names, titles,
	// indexed properties) and all text inside composite values. At four bytes
	// a code point it stays below the 8 KB that one entry of a Neo4j range
	// index can hold.
	MaxShortText = 1_000
	// MaxText limits all other text, such as descriptions.
	MaxText = 64 << 10
	// MaxSpan limits a span of a source's text.
	MaxSpan = 2_000
)

const notNormal = "the text is not in Unicode normalization form C"
