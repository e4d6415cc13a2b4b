package graph

import "testing"

func TestPlaces(t *testing.T) {
	tests := map[string]map[string]Place{
		"Kaspersky Lab":        {"kaspersky": {0, 9}, "lab": {10, 13}, "kasperskylab": {0, 13}},
		"S\u030Ckoda":          {"skoda": {0, 6}},
		"Cafe\u0301 Zoe":       {"cafe": {0, 5}, "zoe": {6, 9}},
		"ﬁnance ½":             {"finance": {0, 6}, "1": {7, 8}, "2": {7, 8}},
		"(O’Brien), U.S. & co": {"obrien": {1, 8}, "us": {11, 14}, "and": {16, 17}},
		"在華為":                  {"hua": {1, 2}, "huawei": {1, 3}},
		"한국":                   {"hangug": {0, 2}},
		"\u1112\u1161\u11AB x": {"han": {0, 3}, "x": {4, 5}},
	}
	for in, want := range tests {
		text := SearchedText{in, NameField}
		tokens := text.Tokens()
		for i, place := range text.Places(tokens) {
			if wanted, asked := want[tokens[i].Token]; asked && place != wanted {
				t.Errorf("%q: %s is at %v, want %v", in, tokens[i].Token, place, wanted)
			}
			delete(want, tokens[i].Token)
		}
		if len(want) > 0 {
			t.Errorf("%q has no %v", in, want)
		}
	}
}
