package web

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

// Example is a query that answers a question on the bundled data.
type Example struct {
	// Slug names it in addresses within a page.
	Slug string `json:"slug"`
	// Title is what it is about, in a few words.
	Title string `json:"title"`
	// Question is what it answers.
	Question string `json:"question"`
	// Query is the whole text of the file, as the playground shows it.
	Query string `json:"query"`
}

// examples are those of the folder of this name, in the order of their names.
var examples = readExamples(files)

// readExamples panics if a file is not as it has to be: they are compiled in, so
// that no program could start that has such a one.
func readExamples(files fs.FS) []Example {
	names, err := fs.Glob(files, "examples/*.graphql")
	if err != nil {
		panic(err)
	}
	all := make([]Example, len(names))
	for i, name := range names {
		text, err := fs.ReadFile(files, name)
		if err == nil {
			all[i], err = readExample(path.Base(name), string(text))
		}
		if err != nil {
			panic(fmt.Errorf("%s: %w", name, err))
		}
	}
	return all
}

var exampleName = regexp.MustCompile(`^[0-9]{2}-([a-z0-9-]+)\.graphql$`)

// readExample reads a file: its first line is a comment with the title, its
// second one with the question.
func readExample(name, text string) (Example, error) {
	parts := exampleName.FindStringSubmatch(name)
	if parts == nil {
		return Example{}, errors.New("the name must be a number of two digits and words, as in 01-two-words.graphql")
	}
	lines := strings.SplitN(text, "\n", 3)
	if len(lines) < 3 {
		return Example{}, errors.New("there is no query after two lines of comment")
	}
	title, hasTitle := strings.CutPrefix(lines[0], "# ")
	question, hasQuestion := strings.CutPrefix(lines[1], "# ")
	if !hasTitle || !hasQuestion || !strings.HasSuffix(question, "?") {
		return Example{}, errors.New("the first line must be a comment with the title, the second one with a question")
	}
	return Example{Slug: parts[1], Title: title, Question: question, Query: text}, nil
}
