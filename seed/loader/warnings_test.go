package loader_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestWarnings(t *testing.T) {
	next := time.Now().Year() + 1
	firm := func(founded string) string {
		return "entities: [{ id: a, type: Company, name: A, founded: '" + founded + "' }]"
	}
	claims := func(more string) string {
		return acme + "facts: [{ id: f, type: Ban, title: F, phase: PROPOSED, targets: acme }]\nsources: [{ id: s }]\nsource: s\nclaims:\n" +
			"  - { id: r, fact: f, stance: RETRACTS, attribution: ACTOR, attributedTo: acme, madeAt: 2018 }\n  - { id: c, fact: f, " + more + " }"
	}
	const vain = "a.yaml:7: warning: stance: the retraction takes nothing back: the files have no other claim of this speaker about the same"
	tests := []struct{ name, body, want string }{
		{"next year", firm(fmt.Sprint(next)), ""},
		{"beyond", firm(fmt.Sprint(next + 1)), fmt.Sprintf("a.yaml:2: warning: founded: %d is beyond the year %d", next+1, next)},
		{"open", firm("../2016"), ""},
		{"retraction", claims("stance: ASSERTS, attribution: ACTOR, attributedTo: acme"), ""},
		{"of another speaker", claims("stance: ASSERTS, attribution: SOURCE"), vain},
		{"of a participation", claims("stance: ASSERTS, attribution: ACTOR, attributedTo: acme, on: { role: targets, entity: acme }"), vain},
		{"before it was said", claims("stance: ASSERTS, attribution: ACTOR, attributedTo: acme, madeAt: 2019"), vain},
		{"of a fact elsewhere", strings.ReplaceAll(claims("stance: ASSERTS, attribution: SOURCE"), "fact: f,", "fact: g,"), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := read(test.body)
			if err := d.Problems(); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, w := range d.Warnings() {
				got = append(got, w.Warning())
			}
			if strings.Join(got, "\n") != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
