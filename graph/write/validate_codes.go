package write

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"
)

// iso3166 has the codes that ISO 3166-1 assigns and their names in English. It
// is the file of this name in the time zone database (2025b), which is in the
// public domain.
//
//go:embed iso3166.tab
var iso3166 string

// countries are those codes with their names. The European Union is no country,
// but it bans things, and ISO 3166-1 reserves its code.
var countries = sync.OnceValue(func() map[string]string {
	names := map[string]string{"EU": "European Union"}
	for line := range strings.Lines(iso3166) {
		code, name, found := strings.Cut(strings.TrimSpace(line), "\t")
		if found && !strings.HasPrefix(code, "#") {
			names[code] = name
		}
	}
	return names
})

func isCountry(code string) bool { return countries()[code] != "" }

// knownCountry reports whether a text is the code of a country, and else which one
// may be meant.
func knownCountry(text string) (ok bool, meant string) {
	if isCountry(text) {
		return true, ""
	}
	if text == "UK" {
		return false, "GB" // ISO 3166-1 reserves UK, so that nobody else gets it
	}
	// The library reads small letters, and codes of three.
	if region, err := language.ParseRegion(text); err == nil && isCountry(region.String()) {
		return false, region.String()
	}
	for code, name := range countries() {
		if strings.EqualFold(name, text) {
			return false, code
		}
	}
	return false, ""
}

// ianaRegions are the regions of language tags that are no countries by ISO
// 3166-1 and still are in the IANA registry: reserved, former and
// private ones. The library takes more, such as UK.
var ianaRegions = strings.Fields("AC AN BU CP CS DD DG EA EU EZ FX IC NT SU TA TP UN XK YD YU ZR")

// knownLanguage reports whether the IANA registry has the subtags of a language
// tag, and else which tag may be meant.
func knownLanguage(text string) (ok bool, meant string) {
	tag, err := language.Raw.Parse(text)
	if err != nil {
		return false, ""
	}
	// The library reads eng as en, which stands in the registry in its place, and
	// the last part of en-USA as a language.
	if read := tag.String(); !strings.EqualFold(read, text) {
		if strings.Contains(text, "-") {
			return false, ""
		}
		return false, read
	}
	_, _, region := tag.Raw()
	code := region.String()
	if !region.IsCountry() || isCountry(code) || slices.Contains(ianaRegions, code) {
		return true, ""
	}
	if _, country := knownCountry(code); country != "" {
		return false, strings.Replace(tag.String(), code, country, 1)
	}
	return false, ""
}
