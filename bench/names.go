package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"text/tabwriter"
	"unicode"

	"companygraph/graph"
)

// matchFrom is the score from which two names match.
const matchFrom = 0.7

// labelledPair is two names of which somebody has judged whether they are those
// of one thing.
type labelledPair struct {
	kind, a, b string
	// tier is how clear the case is, "" if nobody said.
	tier  string
	match bool
}

// agreement counts pairs by what was judged and what the scores say.
type agreement struct {
	found, wrong, missed, rejected int
}

func (a *agreement) add(judged, says bool) {
	switch {
	case judged && says:
		a.found++
	case says:
		a.wrong++
	case judged:
		a.missed++
	default:
		a.rejected++
	}
}

func (a *agreement) pairs() int { return a.found + a.wrong + a.missed + a.rejected }

// precision is the part of the matches that are right, recall the part of the
// right ones that match, f1 their harmonic mean.
func (a *agreement) precision() float64 { return part(a.found, a.found+a.wrong) }
func (a *agreement) recall() float64    { return part(a.found, a.found+a.missed) }
func (a *agreement) f1() float64        { return part(2*a.found, 2*a.found+a.wrong+a.missed) }

// part is n of all, 1 of nothing.
func part(n, all int) float64 {
	if all == 0 {
		return 1
	}
	return float64(n) / float64(all)
}

// measureNames prints how graph.CompareNames agrees with the pairs of a CSV file.
func measureNames(file string, out io.Writer) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	pairs, err := readPairs(f)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return printAgreement(pairs, out)
}

// readPairs reads pairs with a header that names the columns schema, name1,
// name2, is_match and, if it likes, quality.
func readPairs(in io.Reader) ([]labelledPair, error) {
	rows, err := csv.NewReader(in).ReadAll()
	if err != nil {
		return nil, err
	}
	if len(rows) < 2 {
		return nil, errors.New("no pairs")
	}
	column := func(name string) int { return slices.Index(rows[0], name) }
	kind, a, b, match, tier := column("schema"), column("name1"), column("name2"), column("is_match"), column("quality")
	if min(kind, a, b, match) < 0 {
		return nil, fmt.Errorf("the columns are %q, and schema, name1, name2 and is_match are needed", rows[0])
	}
	var pairs []labelledPair
	for i, row := range rows[1:] {
		p := labelledPair{kind: row[kind], a: row[a], b: row[b]}
		if p.match, err = strconv.ParseBool(row[match]); err != nil {
			return nil, fmt.Errorf("pair %d: is_match is %q, neither true nor false", i+1, row[match])
		}
		if tier >= 0 {
			p.tier = row[tier]
		}
		pairs = append(pairs, p)
	}
	return pairs, nil
}

// printAgreement prints a row for all pairs and for groups of them, then the
// pairs that were judged otherwise.
func printAgreement(pairs []labelledPair, out io.Writer) error {
	p := printer{out: tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)}
	p.title(fmt.Sprintf("Names against names: graph.CompareNames, a match from %.1f", matchFrom),
		"pairs\tnumber\tF1\tprecision\trecall\tfound\twrong\tmissed\trejected")
	for _, g := range groupsOf(pairs) {
		var a agreement
		for _, pair := range pairs {
			if g.has(pair) {
				a.add(pair.match, pair.score() >= matchFrom)
			}
		}
		p.line("%s\t%d\t%.3f\t%.3f\t%.3f\t%d\t%d\t%d\t%d", g.name, a.pairs(), a.f1(), a.precision(), a.recall(), a.found, a.wrong, a.missed, a.rejected)
	}
	p.title("Judged otherwise", "\tscore\tkind\tone name\tthe other")
	for _, pair := range pairs {
		score := pair.score()
		if says := score >= matchFrom; says != pair.match {
			p.line("%s\t%.2f\t%s\t%s\t%s", map[bool]string{true: "wrong", false: "missed"}[says], score, pair.kind, pair.a, pair.b)
		}
	}
	if p.err != nil {
		return p.err
	}
	return p.out.Flush()
}

func (p *labelledPair) score() float64 { return graph.CompareNames(p.a, p.b, p.kind) }

// pairGroup is some of the pairs.
type pairGroup struct {
	name string
	has  func(labelledPair) bool
}

// groupsOf are all pairs, those of each tier and kind, and those with a name in
// another script than Latin.
func groupsOf(pairs []labelledPair) []pairGroup {
	groups := []pairGroup{{"all", func(labelledPair) bool { return true }}}
	for _, tier := range distinct(pairs, func(p labelledPair) string { return p.tier }) {
		groups = append(groups, pairGroup{"tier " + tier, func(p labelledPair) bool { return p.tier == tier }})
	}
	groups = append(groups, pairGroup{"other scripts", labelledPair.hasOtherScript})
	for _, kind := range distinct(pairs, func(p labelledPair) string { return p.kind }) {
		groups = append(groups, pairGroup{kind, func(p labelledPair) bool { return p.kind == kind }})
	}
	return groups
}

// distinct are the values that pairs have, sorted, without the empty one.
func distinct(pairs []labelledPair, value func(labelledPair) string) []string {
	var values []string
	for _, p := range pairs {
		if v := value(p); v != "" {
			values = append(values, v)
		}
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// hasOtherScript tells whether a letter of the names is not Latin.
func (p labelledPair) hasOtherScript() bool {
	for _, r := range p.a + p.b {
		if unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) {
			return true
		}
	}
	return false
}
