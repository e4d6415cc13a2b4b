# `make test` is the one test command; `make help` lists the others.

# The linter is built from source once and kept by version.
LINT_VERSION := v2.12.2
LINT := .cache/bin/golangci-lint-$(LINT_VERSION)

# How long each fuzz target runs.
FUZZTIME ?= 4s
FUZZTIME_LONG ?= 10m

# The same toolchain and modules everywhere, whatever the environment says.
export GOTOOLCHAIN := local
export GOFLAGS := -mod=readonly -buildvcs=false
export GOWORK := off
# A cache of its own: the linter puts the paths of another tree into its messages.
export GOLANGCI_LINT_CACHE := $(CURDIR)/.cache/lint

.DEFAULT_GOAL := help
.NOTPARALLEL:

##@ Run
.PHONY: run
run: ## Serve the bundled data on 127.0.0.1:8080.
	go run .

# The version in the binary.
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
OUT ?= bin/companygraph
.PHONY: build
build: ## The server as OUT (bin/companygraph), and seed beside it. The same source gives the same bytes.
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o $(OUT) .
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o $(dir $(OUT))seed ./seed

##@ Change
.PHONY: generate
generate: ## Derive the published schema and the code from schema/.
	go generate ./...

# The npm packages that the pages are built from and tested with.
PACKAGES := web/node_modules/.package-lock.json

.PHONY: web
web: $(PACKAGES) ## Build the pages' scripts and styles from web/src.
	go run ./web/build

$(PACKAGES): web/package.json web/package-lock.json web/.npmrc
	cd web && npm ci
	@touch $@

.PHONY: fmt
fmt: $(LINT) ## Format all Go code.
	$(LINT) fmt

##@ Test
# What `make test` runs, in this order: what fails soonest comes first.
STAGES := tools format vet lint generated unit web-up-to-date web-test http clients crash lasting fuzz reproducible licenses

# A stage is a make of its own, so that a line can say how far the run has got.
.PHONY: test
test: ## Everything CI runs, in its short form.
	@began=$$(date +%s); n=0; for stage in $(STAGES); do \
		n=$$((n + 1)); \
		echo "make test: stage $$n of $(words $(STAGES)), $$stage, after $$((($$(date +%s) - began) / 60)) min"; \
		$(MAKE) --no-print-directory $$stage || { echo "make test: $$stage failed" >&2; exit 1; }; \
	done; \
	echo "make test: all passed, in $$((($$(date +%s) - began) / 60)) min"

.PHONY: test-long
test-long: export TEST_LONG = 1
test-long: ## The same with long times and large numbers.
	@$(MAKE) --no-print-directory test STAGES="$(STAGES) difference bench" FUZZTIME=$(FUZZTIME_LONG) BENCH=

# Packages whose tests start Neo4j, a browser, or servers again and again.
SLOW := graph/neo4j|graph/graphtest/differ|bench|docs|test
# Tests elsewhere that do the same, or ask thousands of random questions.
SLOW_TESTS := TestCopyToNeo4jAndBack|TestDifference
.PHONY: quick
quick: format ## For use during development: format, vet, and the tests that need neither Neo4j nor a browser; under three minutes.
	go vet ./...
	go test -skip '^($(SLOW_TESTS))' $$(go list ./... | grep -vE '^companygraph/($(SLOW))(/|$$)')
	go test ./docs -run 'Links|Table|Codes|Names|Schema'
	@echo "make quick: all passed; make test runs everything"

.PHONY: tools
tools:
	@$(call need,go,Go of the version in go.mod or newer)
	@$(call need,git,Git)
	@$(call need,$(firstword $(shell go env CC)),a C compiler for the race detector)
	@$(call need,java,a Java runtime of version 17 or newer that runs Neo4j)
	@$(call need,mvn,Maven that obtains Neo4j)
	@$(call need,node,Node.js of version 20 or newer)
	@$(call need,npm,npm that obtains what runs in Node.js)
	@$(call need,chromium,the browser Chromium that opens the pages)
	@$(call need,python3,Python 3.11 or newer with its venv module)
	@$(call need,curl,curl that the documents use)

need = command -v $(1) >/dev/null || { echo "make test needs $(2): install it, and have $(1) in PATH" >&2; exit 1; }

.PHONY: format
format: ## Is all Go code formatted?
	@files=$$(gofmt -l $$(git ls-files --cached --others --exclude-standard --deduplicate '*.go')) || exit; \
	test -z "$$files" || { echo "not formatted; run make fmt:" $$files >&2; exit 1; }

.PHONY: vet
vet: ## go vet, and go.mod as `go mod tidy` leaves it.
	go vet ./...
	go mod tidy -diff

.PHONY: lint
lint: $(LINT) ## golangci-lint with .golangci.yml.
	$(LINT) run ./...

$(LINT):
	@echo "building golangci-lint $(LINT_VERSION); takes a minute, once"
	@mkdir -p .cache/build
	GOFLAGS= CGO_ENABLED=0 GOBIN=$(CURDIR)/.cache/build go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION) || \
		{ echo "golangci-lint $(LINT_VERSION) could not be built: install it as $@" >&2; exit 1; }
	@mkdir -p $(@D)
	@mv .cache/build/golangci-lint $@

.PHONY: generated
generated: ## Is what `make generate` makes up to date?
	tools/up-to-date

# Cases of the stores in which nothing runs side by side, so that the race detector
# would find nothing and take twenty times as long.
ONE_BY_ONE := ^TestStore$$/^(answers|copying|counting|cutting|exporting|history|paging|revisions|status)$$
STORES := ./graph/sqlite ./graph/neo4j ./graph/graphtest/naive
.PHONY: unit
unit: ## All Go tests, with the race detector.
	CGO_ENABLED=1 go test -race -skip '$(ONE_BY_ONE)' -timeout 40m -count=1 -shuffle=on $$(go list ./... | grep -vE '/test/(crash|faults|http|soak)$$')
	go test -run '$(ONE_BY_ONE)' -timeout 40m -count=1 -shuffle=on $(STORES)

.PHONY: web-up-to-date
web-up-to-date: $(PACKAGES) ## Is what `make web` builds up to date?
	go run ./web/build -check

.PHONY: web-test
web-test: $(PACKAGES) ## The pages in a real browser; their TypeScript checked.
	cd web && node_modules/.bin/tsc && node --test test/*.test.mjs

# In its folder, as go test then prints what passing tests print.
PYTHON := .cache/http/venv
NODE := test/http/node_modules
.PHONY: http
http: $(PYTHON)/requirements.txt $(NODE)/.package-lock.json ## Suites and clients written elsewhere against the built server.
	cd test/http && PATH=$(CURDIR)/$(PYTHON)/bin:$$PATH go test -count=1 -timeout 15m

$(PYTHON)/requirements.txt: test/http/requirements.txt
	rm -rf $(PYTHON)
	python3 -m venv $(PYTHON)
	$(PYTHON)/bin/pip install --quiet --disable-pip-version-check -r $<
	cp $< $@

$(NODE)/.package-lock.json: test/http/package-lock.json
	npm ci --prefix test/http --no-audit --no-fund --ignore-scripts
	touch $@

.PHONY: clients
clients: ## Do other tools read the schema, and the clients in examples/ work?
	tools/clients

# In its folder, too; without the race detector, which would let few batches be written between kills.
.PHONY: crash
crash: ## Kills -9 of what writes and of Neo4j, while batches are written.
	cd test/crash && go test -count=1 -timeout 2h

# Without the race detector, too: what runs is the program as it is built.
.PHONY: faults
faults: ## Databases, disks, networks and clients that fail, and too many clients.
	go test -count=1 -timeout 10m ./test/faults

.PHONY: lasting
lasting: ## Faults and the soak side by side: both wait more than they work.
	go test -count=1 -timeout 1h -v ./test/faults ./test/soak

.PHONY: soak
soak: ## Many clients for a minute; TEST_LONG=1 for half an hour: does anything grow?
	go test -count=1 -timeout 1h -v ./test/soak

# How many operations each comparison of stores asks, from which seed on. The
# unit tests ask 2,000.
OPERATIONS ?= 100000
SEED ?= 1
.PHONY: difference
difference: ## Do the stores answer alike? OPERATIONS (100000) random ones, from SEED (1) on.
	TEST_LONG=1 DIFFER_OPERATIONS=$(OPERATIONS) DIFFER_SEED=$(SEED) go test -p 1 -count=1 -timeout 12h -v -run 'TestDifference$$' ./graph/sqlite ./graph/neo4j

.PHONY: fuzz
fuzz: ## Every fuzz target for FUZZTIME (4s).
	tools/fuzz $(FUZZTIME)

BENCH = -short
.PHONY: bench
bench: ## The benchmarks, both sides in turn.
	go run ./bench $(BENCH)

.PHONY: reproducible
reproducible: ## Do two builds of the same source, in two folders, give the same bytes?
	tools/reproducible

.PHONY: licenses
licenses: ## The licences of what is linked into the programs; all must be permissive.
	go run ./tools/licenses . ./seed

##@ Help
.PHONY: help
help: ## This list.
	@awk -F ':.*## ' '/^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-14s  %s\n", $$1, $$2}' Makefile
