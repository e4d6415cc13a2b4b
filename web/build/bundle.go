package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"

	"github.com/evanw/esbuild/pkg/api"
)

// bundle makes the assets from the sources in a folder: the content of each
// file by its name, which holds a hash of the content.
func bundle(folder string) (map[string][]byte, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:     folder,
		EntryPoints:       []string{"src/start.ts", "src/playground.tsx", "src/favicon.svg"},
		Outdir:            filepath.Join(folder, "dist"),
		EntryNames:        "[name]-[hash]",
		Bundle:            true,
		Format:            api.FormatESModule,
		Target:            api.ES2022,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Charset:           api.CharsetUTF8,
		JSX:               api.JSXAutomatic,
		LegalComments:     api.LegalCommentsNone, // licenses.txt has them whole
		Define:            map[string]string{"process.env.NODE_ENV": `"production"`},
		Loader:            map[string]api.Loader{".svg": api.LoaderCopy},
		Alias:             map[string]string{"react-style-singleton": "./src/style-singleton.ts"},
		Plugins:           []api.Plugin{withoutFonts},
		Metafile:          true,
		LogLevel:          api.LogLevelWarning,
	})
	if len(result.Errors) > 0 {
		return nil, errors.New("the assets could not be built")
	}
	built := map[string][]byte{}
	for _, file := range result.OutputFiles {
		built[filepath.Base(file.Path)] = file.Contents
	}
	var inputs struct{ Inputs map[string]any }
	if err := json.Unmarshal([]byte(result.Metafile), &inputs); err != nil {
		return nil, err
	}
	built["licenses.txt"], err = licenses(folder, inputs.Inputs)
	return built, err
}

var fontFace = regexp.MustCompile(`@font-face\s*\{[^}]*\}`)

// withoutFonts takes fonts out of the packages' styles: they come as data URLs,
// which the pages' Content-Security-Policy does not let in, and make up most of
// the styles. The system's fonts do.
var withoutFonts = api.Plugin{Name: "without fonts", Setup: func(build api.PluginBuild) {
	build.OnLoad(api.OnLoadOptions{Filter: `node_modules.*\.css$`}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
		css, err := os.ReadFile(args.Path)
		if err != nil {
			return api.OnLoadResult{}, err
		}
		text := string(fontFace.ReplaceAll(css, nil))
		return api.OnLoadResult{Contents: &text, Loader: api.LoaderCSS}, nil
	})
}}
