package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const somePairs = `name2,schema,name1,quality,is_match
Best Buy,Company,bestbuy,STRONG,true
"Merkel, Angela",Person,Angela Merkel,STRONG,true
Angela Davis,Person,Angela Merkel,MEDIUM,false
Касперский,Company,Kaspersky,MEDIUM,true
Ocean Star 8,Vessel,Ocean Star 7,WEAK,true
Hans Friedrich,Person,Friedrich Hans,WEAK,false
`

func TestNames(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pairs.csv")
	if err := os.WriteFile(file, []byte(somePairs), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := run(t.Context(), options{names: file}, &out); err != nil {
		t.Fatal(err)
	}
	printed := strings.Join(strings.FieldsFunc(out.String(), func(r rune) bool { return r == ' ' }), " ")
	for _, want := range []string{
		"\nall 6 0.750 0.750 0.750 3 1 1 1\n",
		"\ntier STRONG 2 1.000 1.000 1.000 2 0 0 0\n",
		"\ntier WEAK 2 0.000 0.000 0.000 0 1 1 0\n",
		"\nother scripts 1 1.000 1.000 1.000 1 0 0 0\n",
		"\nPerson 3 0.667 0.500 1.000 1 1 0 1\n",
		"\nmissed 0.33 Vessel Ocean Star 7 Ocean Star 8\n",
		"\nwrong 0.98 Person Friedrich Hans Hans Friedrich\n",
	} {
		if !strings.Contains(printed, want) {
			t.Errorf("%q is missing in\n%s", want, printed)
		}
	}
}

func TestNamesRefuses(t *testing.T) {
	for in, want := range map[string]string{
		"":                              "no pairs",
		"schema,name1,name2,is_match\n": "no pairs",
		"schema,name1,name2\na,b,c\n":   `the columns are ["schema" "name1" "name2"], and schema, name1, name2 and is_match are needed`,
		"schema,name1,name2,is_match\nPerson,a,b,perhaps\n": `pair 1: is_match is "perhaps", neither true nor false`,
		"schema,name1,name2,is_match\nPerson,a\n":           "record on line 2: wrong number of fields",
	} {
		if _, err := readPairs(strings.NewReader(in)); err == nil || err.Error() != want {
			t.Errorf("%q: error %v, want %s", in, err, want)
		}
	}
}
