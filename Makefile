# Everything that is done with this repository. `make check` is what CI runs after `go test ./...`.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

# Nothing needs cgo but the race detector, and what is compiled without it serves every target.
export CGO_ENABLED := 0

# The versions of what is installed on demand. Those of vacuum and golangci-lint are in .ci/tools, the generator's in go.mod.
REDOCLY := @redocly/cli@2.0.0

BIN := .ci/bin
STOCK := server/internal/bench/stock
GENERATED := gen $(addprefix $(STOCK)/,cloudcockpit myreports sandbox kinds kindstypes kindsserver)
DOCUMENTS := openapi/cloudcockpit.yaml openapi/myreports.yaml openapi/sandbox.yaml openapi/witness.yaml

# Tools run for seconds: compiling them without optimisation takes half as long.
TOOLFLAGS := -ldflags='-s -w' -gcflags='all=-N -l'

.PHONY: help
help: ## say what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: generate
generate: ## write gen/ anew from openapi/, and what the benchmark compares it with
	rm -rf $(GENERATED)
	go generate ./...

.PHONY: build
build: ## build the command as ./resellerkit, without cgo
	go build -o resellerkit ./server

.PHONY: test
test: ## run the tests
	go test ./...

.PHONY: race
race: ## run the tests with the race detector, which needs a C compiler
	@command -v "$$(go env CC | cut -d ' ' -f 1)" >/dev/null || { echo "The race detector needs a C compiler, for example gcc." >&2; exit 1; }
	CGO_ENABLED=1 go test -race -timeout 30m ./...
	go -C server/internal/bench test ./...

.PHONY: bench
bench: ## measure the contract beside its peers, in one run, as in the README
	go run -C server/internal/bench .

.PHONY: bench-go
bench-go: ## run the packages' own benchmarks
	go test -run '^$$' -bench . -benchmem ./...

.PHONY: bench-store
bench-store: ## measure the store at up to 1,000,000 users, as in the README; TEST_POSTGRES_DSN adds PostgreSQL
	go run ./server/internal/benchstore

.PHONY: kill
kill: ## kill the sandbox and PostgreSQL under load, 50 times each; TEST_POSTGRES_DSN adds the sandbox on PostgreSQL
	go test ./server/sandbox -count 1 -timeout 1h -v -run '^TestKill$$' -rounds 50

FUZZTIME := 3m

.PHONY: fuzz
fuzz: ## fuzz each target for FUZZTIME
	for module in . server/internal/bench; do \
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
lint: $(BIN)/golangci-lint ## look for faults in the Go code, its formatting and its imports
	@$(BIN)/golangci-lint fmt --diff || { echo "Run 'make fmt' and commit the result." >&2; exit 1; }
	$(BIN)/golangci-lint run ./...

.PHONY: check
check: tidy portable fresh lint specs interop race ## run all that CI runs after the tests

.PHONY: tidy
tidy: ## check that go.mod and go.sum hold what is needed, and nothing else
	@go mod tidy -diff && go -C server/internal/bench mod tidy -diff || { echo "Run 'go mod tidy' and commit the result." >&2; exit 1; }

.PHONY: portable
portable: ## check that everything builds without cgo
	go build ./...

.PHONY: fresh
fresh: generate ## check that gen/ is what openapi/ gives
	@changed=$$(git status --porcelain -- $(GENERATED)); \
	if [[ -n "$$changed" ]]; then \
		printf '%s\n' "$$changed" "What is generated was not what openapi/ gives. It is now: commit it." >&2; exit 1; \
	fi

.PHONY: specs
specs: $(BIN)/vacuum ## lint the OpenAPI documents, with vacuum and with Redocly, which needs npx
	$(BIN)/vacuum .vacuum.yaml $(DOCUMENTS)
	@command -v npx >/dev/null || { echo "Redocly's linter needs npx, which comes with Node.js 20 or newer. Everything else needs Go alone." >&2; exit 1; }
	REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true npx --yes $(REDOCLY) lint --config .redocly.yaml $(DOCUMENTS)

.PHONY: interop
interop: ## prove the sandbox with curl and with a TypeScript client, which needs Node.js and npm
	.ci/interop/run

$(BIN)/vacuum: .ci/tools/vacuum/go.mod .ci/tools/vacuum/go.sum .ci/tools/vacuum/main.go
	go -C .ci/tools/vacuum build $(TOOLFLAGS) -o $(CURDIR)/$@ .

$(BIN)/golangci-lint: .ci/tools/golangci-lint/go.mod .ci/tools/golangci-lint/go.sum
	go -C .ci/tools/golangci-lint build $(TOOLFLAGS) -o $(CURDIR)/$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint
