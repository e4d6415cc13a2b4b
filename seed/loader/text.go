package loader

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// Offsets count the code points of a source's text, and digests are of it in
// UTF-8. Files come with byte order marks, with line ends of Windows and in
// other encodings, which make another text of it.

const (
	byteOrderMark = "\ufeff"
	windowsEnd    = "\r\n"
)

// ReadText reads the text of a source. What counts in it and cannot be seen is
// told as warnings; the error is a [Problem], because offsets into what is not
// UTF-8 mean nothing.
func ReadText(f File) (text string, warnings Problems, err error) {
	if name := encodingName(f.Text); name != "" {
		line, _ := firstInvalid(f.Text)
		return "", nil, Problems{{File: f.Name, Line: line, Column: 1, Text: fmt.Sprintf("the text is not UTF-8 but %s; offsets and digests are of UTF-8, so convert it", name)}}
	}
	text = string(f.Text)
	if strings.HasPrefix(text, byteOrderMark) {
		warnings = append(warnings, Problem{File: f.Name, Line: 1, Column: 1, Text: "the text starts with a byte order mark (BOM), which counts as its first character"})
	}
	if before, _, found := strings.Cut(text, windowsEnd); found {
		line := 1 + strings.Count(before, "\n")
		warnings = append(warnings, Problem{File: f.Name, Line: line, Column: 1, Text: "the lines end as those of Windows (CRLF), which counts as two characters"})
	}
	return text, warnings, nil
}

// otherEncodings are those that files are in which are not UTF-8, by how they
// start. What starts with nothing special may be the last one.
var otherEncodings = []struct {
	name, start string
	encoding    encoding.Encoding
}{
	{"UTF-16", "\xff\xfe", unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)},
	{"UTF-16", "\xfe\xff", unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM)},
	{"another encoding, such as Windows-1252", "", charmap.Windows1252},
}

// encodingName names the encoding of a text; "" if it is UTF-8.
func encodingName(text []byte) string {
	if utf8.Valid(text) {
		return ""
	}
	for _, e := range otherEncodings {
		if bytes.HasPrefix(text, []byte(e.start)) {
			return e.name
		}
	}
	return ""
}

// inUTF8 decodes a text of another encoding. A text that cannot be decoded is
// returned as it is.
func inUTF8(text []byte) string {
	if utf8.Valid(text) {
		return string(text)
	}
	for _, e := range otherEncodings {
		if !bytes.HasPrefix(text, []byte(e.start)) {
			continue
		}
		if decoded, err := e.encoding.NewDecoder().Bytes(text); err == nil {
			return string(decoded)
		}
	}
	return string(text)
}

// variant is a text as it may have been before a program changed it, and what
// sets the file apart from it.
type variant struct{ text, difference string }

// variants are the texts that a file may have been made of: the same characters
// but for encoding, byte order mark and line ends.
func variants(content []byte) []variant {
	bare, marked := strings.CutPrefix(inUTF8(content), byteOrderMark)
	windows := strings.Contains(bare, windowsEnd)
	plain := strings.ReplaceAll(bare, windowsEnd, "\n")
	var all []variant
	for _, mark := range []bool{false, true} {
		for _, ends := range []bool{false, true} {
			text := plain
			if ends {
				text = strings.ReplaceAll(text, "\n", windowsEnd)
			}
			if mark {
				text = byteOrderMark + text
			}
			all = append(all, variant{text, difference(encodingName(content), marked, mark, windows, ends)})
		}
	}
	return all
}

// difference is what sets a file in an encoding apart from a variant: the mark
// and the line ends that the one has, and the other had.
func difference(encodedIn string, has, hadMark, windows, hadWindows bool) string {
	var all []string
	if encodedIn != "" {
		all = append(all, "is in "+encodedIn)
	}
	switch {
	case hadMark && !has:
		all = append(all, "lacks the byte order mark (BOM) at its start")
	case !hadMark && has:
		all = append(all, "starts with a byte order mark (BOM)")
	}
	switch {
	case hadWindows && !windows:
		all = append(all, "has lines that end in LF in place of CRLF")
	case !hadWindows && windows:
		all = append(all, "has lines that end as those of Windows (CRLF)")
	}
	return strings.Join(all, " and ")
}
