package graphtest

var pagingCases = map[string]func(*world){}
var writingCases = map[string]func(*world){}
var statusCases = map[string]func(*world){}
var livingCases = map[string]func(*world){}
var bundledCases = map[string]func(*world){}
