package graphtest

var bundledCases = map[string]func(*world){}
