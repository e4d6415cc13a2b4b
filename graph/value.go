package graph

import (
	"cmp"
	"math"
	"strconv"
)

// Value is one stored property value. The zero Value is a missing one.
type Value struct {
	kind   valueKind
	text   string
	number float64
}

type valueKind uint8

const (
	missingValue valueKind = iota
	textValue
	intValue
	floatValue
	boolValue
)

// Text makes the value of a string, id, enum, date (its EDTF) or composite (its JSON).
func Text(s string) Value { return Value{kind: textValue, text: s} }

// Int makes an integer value. Beyond 2⁵³ it loses precision; the schema's Int has 32 bits.
func Int(n int64) Value { return Value{kind: intValue, number: float64(n)} }

// Float makes a floating-point value.
func Float(f float64) Value { return Value{kind: floatValue, number: f} }

// Bool makes a Boolean value.
func Bool(b bool) Value {
	if b {
		return Value{kind: boolValue, number: 1}
	}
	return Value{kind: boolValue}
}

// Missing reports whether there is no value.
func (v Value) Missing() bool { return v.kind == missingValue }

// Text returns the text; "" if the value is missing or not text.
func (v Value) Text() string { return v.text }

// Number returns the number; 0 if the value is missing or not a number.
func (v Value) Number() float64 { return v.number }

// Fits reports whether the value is stored as values of a scalar kind are.
func (v Value) Fits(kind Kind) bool { return v.kind == valueKinds[kind] }

// valueKinds has what a scalar of each kind is stored as.
var valueKinds = map[Kind]valueKind{
	KindString: textValue, KindID: textValue, KindEnum: textValue, KindDate: textValue,
	KindInt: intValue, KindFloat: floatValue, KindBoolean: boolValue,
}

// True reports whether the value is the Boolean true.
func (v Value) True() bool { return v.kind == boolValue && v.number != 0 }

// Any returns the value as nil, string, int64, float64 or bool.
func (v Value) Any() any {
	switch v.kind {
	case textValue:
		return v.text
	case intValue:
		return int64(v.number)
	case floatValue:
		return v.number
	case boolValue:
		return v.number != 0
	default:
		return nil
	}
}

// AppendJSON appends the value as JSON; numbers in their shortest form.
func (v Value) AppendJSON(b []byte) []byte {
	switch v.kind {
	case textValue:
		return AppendString(b, v.text)
	case intValue:
		return strconv.AppendInt(b, int64(v.number), 10)
	case floatValue:
		return appendNumber(b, v.number)
	case boolValue:
		return strconv.AppendBool(b, v.number != 0)
	default:
		return append(b, "null"...)
	}
}

// appendNumber writes the shortest decimal that reads back as f; whole numbers
// without a fraction, very large and very small ones with an exponent.
func appendNumber(b []byte, f float64) []byte {
	if abs := math.Abs(f); abs == 0 || abs >= 1e-6 && abs < 1e21 {
		return strconv.AppendFloat(b, f, 'f', -1, 64)
	}
	b = strconv.AppendFloat(b, f, 'e', -1, 64)
	// Go writes exponents with two digits at least: e-07.
	if n := len(b); b[n-4] == 'e' && b[n-2] == '0' {
		b = append(b[:n-2], b[n-1])
	}
	return b
}

const hexDigits = "0123456789abcdef"

// AppendString appends s as a JSON string. It escapes what JSON must have
// escaped and nothing else. s must be valid UTF-8, as all stored text is.
func AppendString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xf])
		}
	}
	return append(append(b, s[start:]...), '"')
}

// CompareValues orders values of one kind: text by code point, missing last.
func CompareValues(a, b Value) int {
	switch {
	case a.Missing() || b.Missing():
		return cmp.Compare(a.rank(), b.rank())
	case a.kind == textValue:
		return cmp.Compare(a.text, b.text)
	default:
		return cmp.Compare(a.number, b.number)
	}
}

// rank puts missing values last.
func (v Value) rank() int {
	if v.Missing() {
		return 1
	}
	return 0
}
