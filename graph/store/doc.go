// Package store is the contract between those who ask for data or change it and
// the engines that keep it.
package store
