package loader

import (
	"slices"
	"strings"
	"testing"
)

func TestSentences(t *testing.T) {
	tests := []struct {
		text string
		want string // sentences separated by |
	}{
		{"One. Two! Three? Four", "One.|Two!|Three?|Four"},
		{" date\nand title.", "date\nand title."},
		{"A paragraph\n\nand \t\n \nanother", "A paragraph|and|another"},
		{`He said "Yes." (And "No.") Then`, `He said "Yes."|(And "No.")|Then`},
		{"«Oui.» Non.", "«Oui.»|Non."},
		{"It is 2.5 or v1.2. See a.b", "It is 2.5 or v1.2.|See a.b"},
		{"One … two. -- . Three", "One … two.|Three"},
		{`"Yes!" he said.`, `"Yes!" he said.`},
		{"The U.S. firm and the U.S. Senate", "The U.S. firm and the U.S.|Senate"},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			var got []string
			text := sourceText(test.text)
			for _, s := range text.sentences() {
				got = append(got, string(text[s.start:s.end]))
			}
			if want := strings.Split(test.want, "|"); !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
	for _, empty := range []string{"", " \n ", "-- ."} {
		if got := sourceText(empty).sentences(); got != nil {
			t.Errorf("%q has sentences %v", empty, got)
		}
	}
}
