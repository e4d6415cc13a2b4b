// Package genqlient is a client generated from the published schema.
package genqlient

//go:generate go tool genqlient
