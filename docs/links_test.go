package docs_test

import (
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/yuin/goldmark/ast"
)

// Links within the repository lead to a file of it and, with a fragment, to a
// heading. Links out of it are only looked at: tests need no network.
func TestLinks(t *testing.T) {
	all := pages(t)
	headings := map[string][]string{}
	for _, p := range all {
		headings[p.path] = p.anchors()
	}
	checked := 0
	for _, p := range all {
		each(p, func(link *ast.Link) {
			checked++
			if problem := checkLink(p, string(link.Destination), headings); problem != "" {
				t.Errorf("%s: link to %s: %s", p.path, link.Destination, problem)
			}
		})
		each(p, func(image *ast.Image) {
			checked++
			if problem := checkLink(p, string(image.Destination), headings); problem != "" {
				t.Errorf("%s: image %s: %s", p.path, image.Destination, problem)
			}
		})
	}
	if checked < 30 {
		t.Errorf("only %d links were found", checked)
	}
}

func checkLink(p *page, destination string, headings map[string][]string) string {
	link, err := url.Parse(destination)
	switch {
	case err != nil:
		return err.Error()
	case link.Scheme == "https" && link.Host != "":
		return ""
	case link.Scheme != "" || link.Host != "":
		return "neither https nor in the repository"
	}
	target := p.path
	if link.Path != "" {
		target = path.Join(path.Dir(p.path), link.Path)
	}
	if strings.HasPrefix(target, "../") {
		return "leaves the repository"
	}
	if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(target))); err != nil {
		return "there is no such file"
	}
	if link.Fragment != "" && !slices.Contains(headings[target], link.Fragment) {
		return "there is no such heading"
	}
	return ""
}

// anchors are the fragments of the page's headings, as GitHub makes them.
func (p *page) anchors() []string {
	var anchors []string
	each(p, func(h *ast.Heading) { anchors = append(anchors, slug(p.textOf(h))) })
	return anchors
}

func slug(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			return unicode.ToLower(r)
		default:
			return -1
		}
	}, heading)
}

// textOf is the text of a node without its markup.
func (p *page) textOf(n ast.Node) string {
	var b strings.Builder
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		if words, fits := child.(*ast.Text); fits {
			b.Write(words.Segment.Value(p.source))
			continue
		}
		b.WriteString(p.textOf(child))
	}
	return b.String()
}
