package main

//go:generate go run ./graph/internal/gen
