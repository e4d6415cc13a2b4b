package main

import (
	"cmp"
	"runtime"
	"runtime/debug"
)

// version is set by `make build`.
var version string

// versionText names the version, which a build without make takes from git, and
// what it was built with.
func versionText() string {
	from := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		from = info.Main.Version
	}
	return cmp.Or(version, from) + " " + runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH
}
