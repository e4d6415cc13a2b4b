// Package plan defines the plans that stores run: what to read, in which order,
// how much of it, and what that may cost.
package plan
