package graph

import (
	"encoding/json"
	"math"
	"strconv"
	"testing"
	"unicode/utf8"
)

func TestAppendString(t *testing.T) {
	tests := map[string]string{
		"":                      `""`,
		"Kaspersky Lab":         `"Kaspersky Lab"`,
		`"\`:                    `"\"\\"`,
		"\n\r\t":                `"\n\r\t"`,
		"\x00\x1f":              `"\u0000\u001f"`,
		"</script>&":            `"</script>&"`,
		"é\u2028\U0001F642\x7f": "\"é\u2028\U0001F642\x7f\"",
	}
	for text, want := range tests {
		if got := string(AppendString(nil, text)); got != want {
			t.Errorf("%q became %s, want %s", text, got, want)
		}
	}
}

// What is appended is what encoding/json reads back, after what was there.
func FuzzAppendString(f *testing.F) {
	for c := range rune(0x100) {
		f.Add("a" + string(c) + "b")
	}
	f.Add("\u2028\u2029\ufffd\U0010FFFF")
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			t.Skip("stored text is UTF-8")
		}
		appended := AppendString([]byte("["), text)
		var got []string
		if err := json.Unmarshal(append(appended, ']'), &got); err != nil || len(got) != 1 || got[0] != text {
			t.Errorf("%q became %s, read back as %q (%v)", text, appended, got, err)
		}
	})
}

func TestAppendJSON(t *testing.T) {
	tests := map[string]Value{
		"null":                    {},
		"true":                    Bool(true),
		"false":                   Bool(false),
		`"a\"b"`:                  Text(`a"b`),
		"0":                       Int(0),
		"-2147483648":             Int(math.MinInt32),
		"2147483647":              Int(math.MaxInt32),
		"1":                       Float(1),
		"-0.5":                    Float(-0.5),
		"0.1":                     Float(0.1),
		"0.30000000000000004":     Float(0.30000000000000004),
		"100000000000000000000":   Float(1e20),
		"1e+21":                   Float(1e21),
		"0.000001":                Float(1e-6),
		"1e-7":                    Float(1e-7),
		"1.5e-10":                 Float(1.5e-10),
		"5e-324":                  Float(math.SmallestNonzeroFloat64),
		"1.7976931348623157e+308": Float(math.MaxFloat64),
	}
	for want, value := range tests {
		if got := string(value.AppendJSON(nil)); got != want {
			t.Errorf("%#v became %s, want %s", value, got, want)
		}
	}
}

// Numbers come as encoding/json has them, and so as JavaScript does: the
// shortest text that reads back as the same number.
func FuzzAppendNumber(f *testing.F) {
	for _, n := range []float64{0, -1, 1e6, 1e21, 1e-6, 1e-7, 123456789.125, math.MaxFloat64} {
		f.Add(n)
	}
	f.Fuzz(func(t *testing.T, n float64) {
		if math.IsNaN(n) || math.IsInf(n, 0) {
			t.Skip("stored numbers are finite")
		}
		got := string(Float(n).AppendJSON(nil))
		if want, err := json.Marshal(n); err != nil || got != string(want) {
			t.Errorf("%v became %s, want %s (%v)", n, got, want, err)
		}
		if back, err := strconv.ParseFloat(got, 64); err != nil || back != n {
			t.Errorf("%v became %s, read back as %v (%v)", n, got, back, err)
		}
	})
}

func TestValueAny(t *testing.T) {
	tests := map[Value]any{
		{}: nil, Text("x"): "x", Text(""): "", Int(7): int64(7), Float(0.5): 0.5, Bool(true): true, Bool(false): false,
	}
	for value, want := range tests {
		if got := value.Any(); got != want {
			t.Errorf("%#v holds %#v, want %#v", value, got, want)
		}
		if value.Missing() != (want == nil) {
			t.Errorf("%#v is missing: %t", value, value.Missing())
		}
	}
}
