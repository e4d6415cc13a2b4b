package loader_test

import (
	"fmt"
	"strings"
	"testing"

	"companygraph/schema"
	"companygraph/seed/loader"
)

func readFile(text string) *loader.Datasets {
	return loader.Read(schema.Model(), []loader.File{{Name: "a.yaml", Text: []byte(text)}})
}

// A fault of YAML is told where it is to be mended, in words that say how.
func TestFaultsOfYAML(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"tab", "dataset: a\nentities:\n\t- id: x\n", "3:1: there is a tab here; indent lines with spaces"},
		{"tab among spaces", "dataset: a\nentities:\n  - id: x\n\ttype: Firm\n", "4:1: there is a tab here; indent lines with spaces"},
		{"tab after a dash", "dataset: a\nentities:\n  -\tid: x\n    type: Firm\n", "3:4: there is a tab here; indent lines with spaces"},
		{"bracket of one line", "dataset: a\nentities:\n  - { id: x, type: Firm\n  - { id: y }\nfacts: []\n",
			"4:5: before this, a comma is missing, or the } that closes the { of line 3"},
		{"bracket to the end", "dataset: a\nentities: [{ id: x },\n\n\n", "2:1: the file ends where a value is due: a bracket is never closed"},
		{"bracket after a value", "dataset: a\nentities: { a: b\n\n\n", "2:11: the { that opens here is never closed"},
		{"quotation mark", "dataset: a\nentities:\n  - id: \"x\n    type: Firm\nfacts: []\n", "3:9: the quotation mark that opens here is never closed"},
		{"indented less", "dataset: a\nentities:\n  - id: x\n    type: Firm\n   name: y\nfacts: []\n",
			"5:4: this line does not fit the list above it: start each item with -, and align its fields"},
		{"indented more", "dataset: a\nentities:\n  - id: x\n      type: Firm\n    name: y\n",
			"4:11: unexpected colon: quote values that contain a colon, and align the fields of a node"},
		{"colon in a value", "dataset: a\ntitle: x\nsource: a: b\nfacts: []\n",
			"3:10: unexpected colon: quote values that contain a colon, and align the fields of a node"},
		{"no colon", "dataset: a\ntitle: x\nsource\nfacts: []\n", "3:1: a field is a name, a colon and a value (`name: value`), and this has no colon"},
		{"no colon at the end", "dataset: a\ntitle: x\nfacts: []\nsource\n", "4:1: a field is a name, a colon and a value (`name: value`), and this has no colon"},
		{"reserved sign", "dataset: a\ntitle: b\nsource: @foo\n", "3:9: a value cannot start with @; put it in quotation marks"},
		{"escape", "dataset: a\ntitle: b\nsource: \"\\q\"\n", "3:10: the character after \\ is not a valid escape: write \\\\ for a backslash, or put the text in ' marks"},
		{"text after a value", "dataset: a\ntitle: b\nsource: \"foo\" bar\nfacts: []\n",
			"3:15: this line does not fit the fields above it: check its indentation, and the quotation marks around the value"},
		{"item among fields", "dataset: a\ntitle: b\n- x\n",
			"3:1: this line does not fit the fields above it: check its indentation, and the quotation marks around the value"},
		{"closed and not opened", "dataset: a\ntitle: b]\nfacts: ]\n", "3:8: this ] closes no bracket: remove it, or quote the value that has it"},
		{"bracket closed twice", "dataset: a\nentities:\n  - { id: x }}\n", "3:14: this } closes no bracket: remove it, or quote the value that has it"},
		{"no colon before a list", "dataset: a\nentities\n  - { id: x }\n", "2:1: a field is a name, a colon and a value (`name: value`), and this has no colon"},
		{"no colon in the first line", "dataset a\n\n# x\nentities: []\n", "1:1: a field is a name, a colon and a value (`name: value`), and this has no colon"},
		{"no space after a colon", "dataset:a\nentities: []\n", "1:1: a space is missing after the colon"},
		{"no space after a later colon", "dataset: a\nentities:\n  - id: x\n    name:X\n    type: Firm\n", "4:5: a space is missing after the colon"},
		{"list beside its field", "dataset: a\nentities: - id: x\n", "2:11: a list starts on the line below its field"},
		{"indented first line", " dataset: a\nentities: []\n", "2:1: this line is indented less than the first one: align the fields"},
		{"text beside its sign", "dataset: a\ntitle: |x\n", "2:9: a text after | or > starts on the next line"},
		{"quotation mark missing above", "dataset: a\nentities:\n  - id: x\n    name: \"X\n    type: Firm\n    description: \"Y\"\nfacts: []\n",
			"4:11: a quotation mark is missing in this line, or in line 6"},
		{"alias of nothing", "dataset: a\ntitle: *x\n", "2:8: aliases (*) are refused, because nested ones make a small file unfold without end; write the value out"},
		{"first line", "dataset: a: b\n", "1:11: unexpected colon: quote values that contain a colon, and align the fields of a node"},
		{"after old line breaks", "dataset: a\ntitle: \"x\u0085\u2028\u2029y\"\nsource: a: b\n",
			"3:10: unexpected colon: quote values that contain a colon, and align the fields of a node"},
		{"lines of Windows", "dataset: a\r\ntitle: x\r\nsource: a: b\r\n",
			"3:10: unexpected colon: quote values that contain a colon, and align the fields of a node"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := strings.Replace(fmt.Sprint(readFile(test.text).Problems()), ": not YAML", "", 1)
			if got != "a.yaml:"+test.want {
				t.Errorf("got\n%s\nwant\na.yaml:%s", got, test.want)
			}
		})
	}
}

func TestFilesThatAreNotUTF8(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"UTF-16", "\xff\xfed\x00a\x00", "a.yaml:1:1: the file is not UTF-8 but UTF-16; save it as UTF-8"},
		{"big-endian UTF-16", "\xfe\xff\x00d\x00a", "a.yaml:1:1: the file is not UTF-8 but UTF-16; save it as UTF-8"},
		{"Windows-1252", "dataset: a\ntitle: caf\xe9\n", "a.yaml:2:11: the file is not UTF-8 but another encoding, such as Windows-1252; save it as UTF-8"},
		{"a byte order mark", "\ufeffdataset: a\n", "<nil>"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := fmt.Sprint(readFile(test.text).Problems()); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestFilesOfNothing(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", "a.yaml:1:1: the file is empty"},
		{"\n\n", "a.yaml:1:1: the file is empty"},
		{"# x\n", "a.yaml:1:1: the file is empty"},
		{"---\n", "a.yaml:2:1: fields are due here (`name: value`), not nothing"},
		{"---\n---\n", "a.yaml:2:1: a file is one YAML document, and here starts another"},
		{"dataset: a\n...\n---\nx: y\n", "a.yaml:3:1: a file is one YAML document, and here starts another"},
		{"%YAML 1.2\n", "a.yaml:1:1: the file is empty"},
		{"\ufeff", "a.yaml:1:1: the file is empty"},
		{"5", "a.yaml:1:1: fields are due here (`name: value`), not a number"},
	}
	for _, test := range tests {
		if got := fmt.Sprint(readFile(test.text).Check()); got != test.want {
			t.Errorf("%q: got %s, want %s", test.text, got, test.want)
		}
	}
}

func TestVersionsOfYAML(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"1.1", "%YAML 1.1\n---\ndataset: a\n", "<nil>"},
		{"1.2", "%YAML 1.2\n---\ndataset: a\n", "<nil>"},
		{"behind comments", "# one\n\n  # two\n%YAML 1.2\n---\ndataset: a\n", "<nil>"},
		{"2.0", "%YAML 2.0\n---\ndataset: a\n", "a.yaml:1:1: not YAML: this version of YAML is not known: write 1.2, or leave the line out"},
		{"in a text", "dataset: a\ntitle: |\n  %YAML 1.2\n  x", "<nil>"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := fmt.Sprint(readFile(test.text).Problems()); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// Old line breaks are characters of a text like others.
func TestTextsKeepOldLineBreaks(t *testing.T) {
	for name, written := range map[string]string{
		"plain": "a\u0085b\u2028c\u2029d\ue000e\ue002", "quoted": "\"a\u0085b\u2028c\u2029d\ue000e\ue002\"", "escaped": `"a\Nb\Lc\Pd\ue000e\ue002"`,
		"block": "|\n      a\u0085b\u2028c\u2029d\ue000e\ue002",
	} {
		d := readFile("dataset: a\nentities:\n  - id: a\n    type: Place\n    name: " + written + "\n")
		if err := d.Problems(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got, want := d.Nodes()[0].Values["name"].Text(), "a\u0085b\u2028c\u2029d\ue000e\ue002"; got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
