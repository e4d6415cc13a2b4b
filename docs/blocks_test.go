package docs_test

import (
	"encoding/json"
	"fmt"
	"go/format"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"companygraph/schema"

	"github.com/yuin/goldmark/ast"
	"go.yaml.in/yaml/v4"
)

// block is a fenced code block.
type block struct {
	page *page
	// language and name are the words after the fence.
	language, name string
	content        string
	start, stop    int
}

func (b *block) String() string { return fmt.Sprintf("%s:%d", b.page.path, b.page.line(b.start)) }

// blocks are the fenced code blocks of the page.
func (p *page) blocks() []*block {
	var all []*block
	each(p, func(n *ast.FencedCodeBlock) {
		b := &block{page: p}
		if n.Info != nil {
			b.language, b.name, _ = strings.Cut(string(n.Info.Segment.Value(p.source)), " ")
			// Where the content of an empty block would be.
			b.start, b.stop = n.Info.Segment.Stop+1, n.Info.Segment.Stop+1
		}
		if lines := n.Lines(); lines.Len() > 0 {
			b.start, b.stop = lines.At(0).Start, lines.At(lines.Len()-1).Stop
		}
		b.content = string(p.source[b.start:b.stop])
		all = append(all, b)
	})
	return all
}

// Every code block says what it is, and is that.
func TestBlocks(t *testing.T) {
	for _, p := range pages(t) {
		if path.Base(path.Dir(p.path)) == "results" {
			continue
		}
		t.Run(p.path, func(t *testing.T) {
			blocks := p.blocks()
			changes := checkOperations(t, blocks)
			changes = append(changes, runConsole(t, p, blocks)...)
			for _, b := range blocks {
				if err := b.check(t); err != nil {
					t.Errorf("%s: %v", b, err)
				}
			}
			each(p, func(n *ast.CodeBlock) {
				if err := checkCommands(string(n.Lines().Value(p.source)), false); err != nil {
					t.Errorf("%s: %v", p.path, err)
				}
			})
			slices.SortFunc(changes, func(a, b change) int { return a.start - b.start })
			p.rewrite(t, changes)
		})
	}
}

// check looks at what the block is in itself. Operations with their answers,
// and consoles with their files, were looked at as a whole.
func (b *block) check(t *testing.T) error {
	if from, excerpt := strings.CutPrefix(b.name, "from "); excerpt {
		return b.checkExcerpt(from)
	}
	switch b.language + " " + b.name {
	case "graphql ", "json ", "json variables", "console ", "text ":
		return nil
	case "yaml ":
		var into any
		return yaml.Unmarshal([]byte(b.content), &into)
	case "go ":
		_, err := format.Source([]byte(b.content))
		return err
	case "sql ":
		return checkQuery(t, b.content)
	case "sh ":
		return checkCommands(b.content, true)
	}
	if b.isFile() {
		return nil
	}
	if b.language == "graphql" && strings.HasPrefix(b.name, "schema/") {
		return b.checkDeclaration()
	}
	return fmt.Errorf("no test knows what to do with a block of %q", strings.TrimSpace(b.language+" "+b.name))
}

// isFile tells whether the block is a file for the commands of its page.
func (b *block) isFile() bool {
	return (b.language == "yaml" || b.language == "text") && b.name != "" && !strings.HasPrefix(b.name, "from ")
}

func (b *block) checkExcerpt(from string) error {
	whole, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(from)))
	if err != nil {
		return err
	}
	if !strings.Contains(string(whole), b.content) {
		return fmt.Errorf("%s does not have these lines", from)
	}
	return nil
}

// checkDeclaration adds the block to the declarations in schema/.
func (b *block) checkDeclaration() error {
	files := fstest.MapFS{}
	names, err := filepath.Glob(filepath.Join(root, "schema", "*.graphql"))
	if err != nil {
		return err
	}
	for _, name := range names {
		declared, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		files[filepath.Base(name)] = &fstest.MapFile{Data: declared}
	}
	files[strings.TrimPrefix(b.name, "schema/")] = &fstest.MapFile{Data: []byte(b.content)}
	doc, err := schema.ParseFS(files)
	if err != nil {
		return err
	}
	_, err = doc.Model()
	return err
}

var (
	makeTarget = regexp.MustCompile(`^make ([a-z-]+)`)
	goProgram  = regexp.MustCompile(`\bgo run (\S+)`)
	npmScript  = regexp.MustCompile(`^npm run ([a-z:-]+)$`)
)

// checkCommands tells if commands call what is not there. If all must be known,
// one that is not is a mistake too.
func checkCommands(commands string, all bool) error {
	folder := root
	for line := range strings.SplitSeq(strings.TrimSpace(commands), "\n") {
		var err error
		switch target, program, script := makeTarget.FindStringSubmatch(line), goProgram.FindStringSubmatch(line), npmScript.FindStringSubmatch(line); {
		case target != nil:
			err = makefileHas(target[1])
		case program != nil:
			_, err = os.Stat(filepath.Join(folder, program[1]))
		case line == "go generate":
			_, err = os.Stat(filepath.Join(folder, "go.mod"))
		case strings.HasPrefix(line, "cd "):
			folder = filepath.Join(folder, strings.TrimPrefix(line, "cd "))
			_, err = os.Stat(folder)
		case line == "npm ci":
			_, err = os.Stat(filepath.Join(folder, "package-lock.json"))
		case script != nil:
			err = packageHas(folder, script[1])
		case all:
			err = fmt.Errorf("no test knows the command %q", line)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func makefileHas(target string) error {
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		return err
	}
	if !strings.Contains(string(makefile), "\n"+target+":") {
		return fmt.Errorf("the Makefile has no target %s", target)
	}
	return nil
}

func packageHas(folder, script string) error {
	raw, err := os.ReadFile(filepath.Join(folder, "package.json"))
	if err != nil {
		return err
	}
	var described struct{ Scripts map[string]string }
	if err := json.Unmarshal(raw, &described); err != nil {
		return err
	}
	if described.Scripts[script] == "" {
		return fmt.Errorf("%s has no script %s", folder, script)
	}
	return nil
}
