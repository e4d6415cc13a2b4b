// Package httpserver serves the API and the pages over HTTP, with their limits.
package httpserver
