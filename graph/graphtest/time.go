package graphtest

import (
	"fmt"
	"strings"
)

var timeCases = map[string]func(*world){
	"facts that hold on a day":              factsHoldOnADay,
	"short cuts over facts that hold":       shortCutsOverFactsThatHold,
	"days that cannot be asked about":       daysThatCannotBeAskedAbout,
	"claims count while they stand":         claimsCountWhileTheyStand,
	"claims of one speaker about two parts": claimsCountByPart,
}

// datedFacts are a ban of each date and phase, and whether it holds on 2017-09-13.
var datedFacts = []struct{ id, phase, date, holds string }{
	{"about", "OCCURRED", "2017-09-13~", "POSSIBLY"},
	{"before", "OCCURRED", "2017-09-12", "NO"},
	{"by-then", "OCCURRED", "[..2018-12-31]", "POSSIBLY"},
	{"cancelled", "CANCELLED", "2017-09-13", "NO"},
	{"day", "OCCURRED", "2017-09-13", "YES"},
	{"day-as-choice", "OCCURRED", "[2017-09-13..2017-09-13]", "YES"},
	{"day-as-interval", "ENDED", "2017-09-13/2017-09-13", "YES"},
	{"ended", "ENDED", "2005/2016", "NO"},
	{"ends-that-month", "ENDED", "2005/2017-09", "POSSIBLY"},
	{"long", "ENDED", "2005/2020", "YES"},
	{"month", "OCCURRED", "2017-09", "POSSIBLY"},
	{"planned", "PLANNED", "2005/..", "NO"},
	{"proposed", "PROPOSED", "", "NO"},
	{"since", "ONGOING", "2005/..", "YES"},
	{"since-about", "ONGOING", "2005~/..", "POSSIBLY"},
	{"since-that-day", "ONGOING", "2017-09-13/..", "YES"},
	{"since-that-year", "ONGOING", "2017/..", "POSSIBLY"},
	{"undated", "OCCURRED", "", "POSSIBLY"},
	{"until", "ENDED", "../2018", "YES"},
	{"until-unknown", "ENDED", "/2018", "POSSIBLY"},
}

func factsHoldOnADay(w *world) {
	dataset := "entities: [{ id: acme, type: Company, name: Acme }]\nfacts:\n"
	var all, possible, certain []string
	for _, f := range datedFacts {
		date := ""
		if f.date != "" {
			date = fmt.Sprintf(", date: %q", f.date)
		}
		dataset += fmt.Sprintf("  - { id: %s, type: Ban, title: T, phase: %s, targets: acme%s }\n", f.id, f.phase, date)
		all = append(all, fmt.Sprintf(`{"id":%q,"holdsAt":%q}`, f.id, f.holds))
		if f.holds != "NO" {
			possible = append(possible, fmt.Sprintf(`{"id":%q}`, f.id))
		}
		if f.holds == "YES" {
			certain = append(certain, fmt.Sprintf(`{"id":%q}`, f.id))
		}
	}
	w.load(dataset)
	w.answers(`{ bans { nodes { id holdsAt(date: "2017-09-13") } } }`, fmt.Sprintf(`{"bans":{"nodes":[%s]}}`, strings.Join(all, ",")))
	page := func(list []string) string {
		return fmt.Sprintf(`{"totalCount":%d,"nodes":[%s]}`, len(list), strings.Join(list, ","))
	}
	for _, c := range []struct {
		arguments string
		want      []string
	}{
		{`validAt: "2017-09-13"`, possible},
		{`validAt: "2017-09-13", certain: false`, possible},
		{`validAt: "2017-09-13", certain: true`, certain},
	} {
		w.answers(fmt.Sprintf(`{ bans(%[1]s) { totalCount nodes { id } } events(%[1]s, where: { title: { eq: "T" } }) { totalCount nodes { id } }
			firm(id: "acme") { bans(%[1]s) { totalCount nodes { id } } facts(%[1]s, orderBy: [{ field: ID }]) { totalCount nodes { id } } } }`, c.arguments),
			fmt.Sprintf(`{"bans":%[1]s,"events":%[1]s,"firm":{"bans":%[1]s,"facts":%[1]s}}`, page(c.want)))
	}
	w.answers(`{ bans(validAt: null, certain: false) { totalCount } }`, fmt.Sprintf(`{"bans":{"totalCount":%d}}`, len(datedFacts)))
}

func shortCutsOverFactsThatHold(w *world) {
	w.load(`entities:
  - { id: acme, type: Company, name: Acme }
  - { id: old, type: Office, name: Old }
  - { id: new, type: Office, name: New }
  - { id: next, type: Office, name: Next }
  - { id: here, type: Place, name: Here }
  - { id: there, type: Place, name: There }
facts:
  - { id: p-old, type: Presence, title: Old, phase: ENDED, date: "2001/2009", firm: acme, office: old }
  - { id: p-new, type: Presence, title: New, phase: ONGOING, date: "2010-05/..", firm: acme, office: new }
  - { id: p-next, type: OfficeOpening, title: Next, phase: PLANNED, date: "2030", firm: acme, office: next }
  - { id: l-old, type: Location, title: Old, phase: ENDED, date: "2001/2009", subject: acme, place: here, locationKind: HEADQUARTERS }
  - { id: l-new, type: Location, title: New, phase: ONGOING, date: "2010/..", subject: acme, place: there, locationKind: HEADQUARTERS }
`)
	for _, c := range []struct{ arguments, offices, seat string }{
		{``, `{"node":{"id":"new"},"fact":{"id":"p-new"}}`, `{"id":"there"}`},
		{`(validAt: "2005-01-01")`, `{"node":{"id":"old"},"fact":{"id":"p-old"}}`, `{"id":"here"}`},
		{`(validAt: "2010-05-10")`, `{"node":{"id":"new"},"fact":{"id":"p-new"}}`, `{"id":"there"}`},
		{`(validAt: "2010-05-10", certain: true)`, ``, `null`},
		{`(validAt: "2000-01-01")`, ``, `null`},
	} {
		w.answers(fmt.Sprintf(`{ firm(id: "acme") { offices%[1]s { edges { node { id } fact { id } } } headquarters%[1]s { id } } }`, c.arguments),
			fmt.Sprintf(`{"firm":{"offices":{"edges":[%s]},"headquarters":%s}}`, c.offices, c.seat))
	}
	w.answers(`{ firm(id: "acme") { offices(validAt: "2005-01-01", phases: [ONGOING]) { totalCount } } }`, `{"firm":{"offices":{"totalCount":0}}}`)
}

func daysThatCannotBeAskedAbout(w *world) {
	for query, argument := range map[string]string{
		`{ bans(certain: true) { totalCount } }`:                                        "certain",
		`{ bans(validAt: "2017-13-01") { totalCount } }`:                                "validAt",
		`{ bans(validAt: "2017") { totalCount } }`:                                      "validAt",
		`{ firm(id: "a") { offices(validAt: "2017-02-30") { totalCount } } }`:           "validAt",
		`{ firm(id: "a") { headquarters(certain: true, validAt: null) { id } } }`:       "certain",
		`{ facts { nodes { holdsAt(date: "today") } } }`:                                "date",
		`{ firm(id: "a") { facts(validAt: "") { totalCount } } }`:                       "validAt",
		`{ entity(id: "a") { bans(validAt: null, certain: true) { totalCount } } }`:     "certain",
		`query Q($d: Date = "2017-1-1") { bans(validAt: $d) { totalCount } }`:           "validAt",
		`query Q($c: Boolean! = true) { office(id: "x") { firm(certain: $c) { id } } }`: "certain",
	} {
		w.refusesArgument(query, argument)
	}
}

// claimsCountWhileTheyStand has a speaker say one thing after the other.
func claimsCountWhileTheyStand(w *world) {
	w.load(disputedData)
	live := func(want ...string) {
		w.Helper()
		w.answers(`{ live: claims(where: { live: { eq: true } }) { nodes { id } } fact(id: "f") { claims(where: { not: { live: { eq: false } } }) { nodes { id live } } }
			dead: claims(where: { live: { ne: true } }) { nodes { live } } }`, fmt.Sprintf(`{"live":{"nodes":[%s]},"fact":{"claims":{"nodes":[%s]}},"dead":{"nodes":[%s]}}`,
			listOf(want, `{"id":%q}`), listOf(want, `{"id":%q,"live":true}`), listOf(make([]string, w.count("claims")-len(want)), `{"live":false%.0s}`)))
	}
	live()
	w.claims("id: c1, stance: ASSERTS, attribution: SOURCE, madeAt: 2017-01-01")
	live("c1")
	w.claims("id: c2, stance: DENIES, attribution: SOURCE, madeAt: 2017-02-01", "id: c3, stance: ALLEGES, attribution: UNNAMED, madeAt: 2017-01-01")
	live("c2", "c3")
	w.claims("id: c4, stance: DOUBTS, attribution: SOURCE, madeAt: 2017-02")
	live("c2", "c3", "c4")
	w.claims("id: c5, stance: RETRACTS, attribution: SOURCE, madeAt: 2018")
	live("c3")
	w.remove("c5")
	live("c2", "c3", "c4")
	w.claims("id: c6, stance: CONFIRMS, attribution: ACTOR, attributedTo: ann", "id: c7, stance: DENIES, attribution: ACTOR, attributedTo: ann")
	live("c2", "c3", "c4")
	w.remove("c7")
	live("c2", "c3", "c4", "c6")
	w.claims(`id: c8, stance: ASSERTS, attribution: UNNAMED, voice: "an \"analyst\"", madeAt: 2016`, `id: c9, stance: DENIES, attribution: UNNAMED, voice: "an \"analyst\"", madeAt: 2017`)
	live("c2", "c3", "c4", "c6", "c9")
}

// claimsCountByPart has a source deny a participation in what it asserts.
func claimsCountByPart(w *world) {
	w.load(disputedData)
	w.claims("id: c1, stance: ASSERTS, attribution: SOURCE, madeAt: 2017",
		"id: c2, stance: DENIES, attribution: SOURCE, madeAt: 2018, on: { role: suspects, entity: bob }",
		"id: c3, stance: ALLEGES, attribution: SOURCE, madeAt: 2016, on: { role: suspects, entity: bob }",
		"id: c4, stance: ALLEGES, attribution: SOURCE, madeAt: 2016, on: { role: suspects, entity: ann }")
	w.answers(`{ claims { nodes { id live } } }`, `{"claims":{"nodes":[{"id":"c1","live":true},{"id":"c2","live":true},{"id":"c3","live":false},{"id":"c4","live":true}]}}`)
}

// listOf is a list of JSON values, each made of a text.
func listOf(texts []string, format string) string {
	var all []string
	for _, text := range texts {
		all = append(all, fmt.Sprintf(format, text))
	}
	return strings.Join(all, ",")
}
