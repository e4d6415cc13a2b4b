package main

import (
	"cmp"
	"runtime"
	"runtime/debug"
)

// version is set by `make build`.
var version string

// versionName is the version, which a build without make takes from git.
func versionName() string {
	from := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		from = info.Main.Version
	}
	return cmp.Or(version, from)
}

// versionText names the version and what it was built with.
func versionText() string {
	return versionName() + " " + runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH
}
