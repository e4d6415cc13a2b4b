// Package generated holds what `go generate ./...` derives from schema/.
package generated

import _ "embed"

// SDL is the published schema.
//
//go:embed schema.graphql
var SDL string
