module companygraph

go 1.26.0
