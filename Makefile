# Everything that is done with this repository; `make help` lists it. CI runs `go test ./...` and then `make check`.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

# Only the race detector needs cgo. With one setting for all other targets they share the build cache.
export CGO_ENABLED := 0

# The version of Redocly. Those of the Go tools are in .ci/tools, the generator's in go.mod.
REDOCLY := @redocly/cli@2.0.0

BIN := .ci/bin
BENCH := server/internal/bench
DOCUMENTS := openapi/cloudcockpit.yaml openapi/myreports.yaml openapi/sandbox.yaml openapi/witness.yaml

# Flags for what runs for seconds, or not at all: without optimisation it compiles in half the time, vacuum in a quarter.
QUICKLY := -ldflags='-s -w' -gcflags='all=-N -l'

# SQLite is C translated to Go. Under the race detector it takes up to 30 times as long, and says nothing about our code. Lint has vetted.
RACE := -race -vet=off -gcflags=modernc.org/sqlite/lib=-race=false -gcflags=modernc.org/libc=-race=false

# The platforms of a release.
PLATFORMS := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: generate
generate: ## generate gen/ from openapi/
	rm -rf gen
	go generate ./...

# The benchmark's module does not build without this code, so that each target that enters the module depends on it. The stamp
# makes it anew when something that it is made of has changed.
.PHONY: stock
stock: $(BENCH)/stock/.stamp ## generate the code that the benchmark and its tests compare ours with
$(BENCH)/stock/.stamp: $(DOCUMENTS) $(wildcard $(BENCH)/stock/*.go $(BENCH)/stock/*.yaml openapi/codegen/*) go.mod
	rm -rf $(BENCH)/stock/*/
	cd $(BENCH)/stock && go generate .
	@touch $@

.PHONY: build
build: ## build the command as ./resellerkit
	go build -o resellerkit ./server/cmd/resellerkit

.PHONY: dist
dist: ## build the command for all platforms into dist/, with checksums; the same commit and Go give the same bytes
	rm -rf dist && mkdir dist
	for platform in $(PLATFORMS); do \
		export GOOS=$${platform%/*} GOARCH=$${platform#*/}; \
		go build -trimpath -ldflags='-s -w' -o "dist/resellerkit_$${GOOS}_$$GOARCH$$(go env GOEXE)" ./server/cmd/resellerkit; \
	done
	cd dist && sha256sum * >SHA256SUMS

.PHONY: test
test: ## run the tests
	go test ./...

.PHONY: race
race: stock ## run the tests with the race detector, which needs a C compiler
	@command -v "$$(go env CC | cut -d ' ' -f 1)" >/dev/null || { echo "The race detector needs a C compiler, for example gcc." >&2; exit 1; }
	CGO_ENABLED=1 go test $(RACE) -timeout 30m ./...
	go -C $(BENCH) test -vet=off ./...

.PHONY: bench
bench: stock ## measure the contract and its peers in one run, as in server/internal/bench/README.md
	go run -C $(BENCH) .

.PHONY: bench-shipped
bench-shipped: stock ## measure the command with its stores, as in server/internal/bench/README.md
	go run -C $(BENCH) . -shipped -rounds 7 -duration 1s

.PHONY: bench-go
bench-go: ## run the packages' own benchmarks
	go test -run '^$$' -bench . -benchmem ./...

.PHONY: bench-store
bench-store: ## measure the store at up to 1,000,000 users, as in server/internal/store/README.md; TEST_POSTGRES_DSN adds PostgreSQL
	go run ./server/internal/benchstore

.PHONY: witness-large
witness-large: ## read a HAR file of 1 GiB, and record a million exchanges, in bounded memory
	go test ./server/witness -count 1 -timeout 1h -v -run '^(TestReadHAR_Large|TestRecorder_Scale)$$' -large $$((1 << 30)) -exchanges 1000000

.PHONY: witness-closure
witness-closure: ## deviate at every place of both contracts' responses, propose, apply, and see that the deviation is gone
	go test ./server/witness -count 1 -timeout 1h -v -run '^TestClosure$$' -mutations

.PHONY: witness-suite
witness-suite: ## run the sandbox's tests through the witness proxy
	go test ./server/sandbox -count 1 -proxied

.PHONY: kill
kill: ## kill the sandbox and PostgreSQL under load, 50 times each, and fail over 10 times; TEST_POSTGRES_DSN adds the sandbox on PostgreSQL
	go test ./server/sandbox -count 1 -timeout 1h -v -run '^TestKill$$' -rounds 50

FUZZTIME := 3m

.PHONY: fuzz
fuzz: stock ## fuzz each target for FUZZTIME
	for module in . $(BENCH); do \
		for package in $$(go -C "$$module" list ./...); do \
			for target in $$(go -C "$$module" test -list '^Fuzz' "$$package" | grep '^Fuzz' || true); do \
				go -C "$$module" test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x "$$package"; \
			done; \
		done; \
	done

.PHONY: serve
serve: ## run the sandbox on http://127.0.0.1:8080
	go run ./server serve

.PHONY: fmt
fmt: $(BIN)/golangci-lint ## format the Go code
	$(BIN)/golangci-lint fmt

.PHONY: lint
lint: $(BIN)/golangci-lint ## check the Go code, its formatting and its imports
	@$(BIN)/golangci-lint fmt --diff || { echo "Run 'make fmt' and commit the result." >&2; exit 1; }
	$(BIN)/golangci-lint run ./...

.PHONY: check
check: tidy fresh lint specs interop console race ## run what CI runs after the tests

.PHONY: tidy
tidy: stock ## check that go.mod and go.sum hold what is needed, and nothing else
	@go mod tidy -diff && go -C $(BENCH) mod tidy -diff || { echo "Run 'go mod tidy' and commit the result." >&2; exit 1; }

.PHONY: portable
portable: ## build the command for Windows and macOS, which CI does in a job of its own
	GOOS=windows GOARCH=amd64 go build $(QUICKLY) -o /dev/null ./server/cmd/resellerkit
	GOOS=darwin GOARCH=arm64 go build $(QUICKLY) -o /dev/null ./server/cmd/resellerkit

.PHONY: vulnerable
vulnerable: $(BIN)/govulncheck ## look for known vulnerabilities in what is linked, in a database on the network
	$(BIN)/govulncheck ./...

.PHONY: fresh
fresh: generate ## check that gen/ is what is generated from openapi/
	@changed=$$(git status --porcelain -- gen); \
	if [[ -n "$$changed" ]]; then \
		printf '%s\n' "$$changed" "gen/ was not what is generated from openapi/. It is now: commit it." >&2; exit 1; \
	fi

.PHONY: specs
specs: $(BIN)/vacuum ## lint the OpenAPI documents with vacuum and Redocly; needs npx
	$(BIN)/vacuum .vacuum.yaml $(DOCUMENTS)
	@command -v npx >/dev/null || { echo "Redocly's linter needs npx, which comes with Node.js 20 or newer. Everything else needs Go alone." >&2; exit 1; }
	REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true npx --yes $(REDOCLY) lint --config .redocly.yaml $(DOCUMENTS)

.PHONY: interop
interop: ## test the sandbox with curl, a TypeScript client, Postman and Bruno; needs Node.js and npm
	.ci/interop/run

.PHONY: console
console: ## test the console in Chromium; needs Node.js, npm and Chromium
	.ci/console/run

.PHONY: screenshots
screenshots: ## write the README's pictures of the console; needs Node.js, npm and Chromium
	.ci/console/run screenshots

$(BIN)/vacuum: .ci/tools/vacuum/go.mod .ci/tools/vacuum/go.sum .ci/tools/vacuum/main.go
	go -C .ci/tools/vacuum build $(QUICKLY) -o $(CURDIR)/$@ .

$(BIN)/golangci-lint: .ci/tools/golangci-lint/go.mod .ci/tools/golangci-lint/go.sum
	go -C .ci/tools/golangci-lint build -ldflags='-s -w' -o $(CURDIR)/$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

$(BIN)/govulncheck: .ci/tools/govulncheck/go.mod .ci/tools/govulncheck/go.sum
	go -C .ci/tools/govulncheck build $(QUICKLY) -o $(CURDIR)/$@ golang.org/x/vuln/cmd/govulncheck
