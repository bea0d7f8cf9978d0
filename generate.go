// Package resellerkit is a toolkit for two reseller user-management APIs, CloudCockpit and MyReports: contracts, generated
// code, a client, a sandbox, and a witness. It holds no code itself; this comment is the tour of the packages that do. README.md shows how
// to use them, and .github/CONTRIBUTING.md how to change them.
//
// # The contracts
//
// [github.com/resellerkit/resellerkit/openapi] holds everything that a person edits to change an API: an OpenAPI 3.0.3 document
// for each of the two APIs and for the control planes of sandbox and witness, with the evidence for every fact; the configuration and the
// templates of the generator; and the tests that compare the documents with the sources they were reconstructed from.
//
// # The generated code
//
// gen is generated from the contracts by the lines below, and is disposable: `rm -rf gen && go generate ./...` gives the same
// bytes. gen/cloudcockpit, gen/myreports, gen/control and gen/witness hold types and clients; the packages ending in server
// hold echo routes and strict server interfaces over the same types. The templates in openapi/codegen replace, for speed, the generator's
// own code that binds requests and writes responses. server/internal/bench/stock compares the two.
//
// # The client
//
// [github.com/resellerkit/resellerkit/client] is what programs import: methods over the generated request builders, with
// errors, retries, tokens and iterators. One file holds one resource (customer_users.go, account_users.go). An operation
// passes through operation.go (what to send), core.go (until it succeeds or fails), rate.go (when), attempt.go (once),
// response.go (the body), errors.go and envelope.go. client/bulk runs a function over a list. client/checked adds the
// contract, and is the only package below client that imports package contract.
//
// # The command and the sandbox
//
// [github.com/resellerkit/resellerkit/server] and server/cmd/resellerkit are the same command: a call of
// server/internal/command, the only package that reads flags, the environment and signals. A request to the sandbox meets
// these packages, in this order:
//
//   - server/sandbox is the http.Handler. It tells the APIs apart by the path, and serves the control plane (control.go).
//   - server/contract checks a request before the handler that it wraps, and the response after it. It works for any OpenAPI 3.0
//     document and does not know these APIs.
//   - server/sandbox/internal/fault applies the fault rules; internal/identity issues tokens and finds the caller of a request.
//   - server/sandbox/internal/cloudcockpit and internal/myreports implement the generated interfaces, one file for each
//     resource; internal/answer writes JSON and errors as each API does; internal/state reads and writes the state document.
//   - server/internal/store keeps rows in transactions, on SQLite or PostgreSQL. server/internal/jsonpatch applies a JSON Patch
//     as ASP.NET Core does, server/internal/token signs and verifies bearer tokens, server/internal/jsonbody decodes bodies
//     that were checked.
//   - server/internal/exchange records each request with its response and findings, without secrets.
//   - server/internal/console is the embedded page of the control plane. It imports nothing of ours.
//
// # The witness
//
// server/witness compares the traffic of the real service with a contract, and works without the sandbox. proxy.go forwards and
// copies, har.go reads recorded traffic; both hand exchanges to a Recorder (recorder.go), which counts them by place with the
// contract's Tally, and has a sample of those that depart explained. What was counted is kept as evidence (evidence.go), and becomes a
// report (report.go), a patch of the document (propose.go) or an explanation (explain.go).
//   - server/internal/console holds the files of the console, the page that shows all of this.
//
// # The contract engine
//
// Package contract accepts fast and explains slowly. Below server/contract/internal: judge decides, media, param and route read
// bodies, parameters and paths; accept runs compiled programs over the raw bytes, and its yes is final; explain asks kin-openapi
// for every violation of a message that was not accepted; shape is what the document requires at each place; format and
// strictjson judge bytes without a schema.
//
// # Which way imports point
//
// Down: main, command, sandbox, witness, exchange, contract, judge, media and param and route, accept and explain, shape, format,
// strictjson. The sandbox imports store, and the store nothing of it. Everything may import gen and openapi, which import nothing
// above them. The client imports gen alone. .golangci.yml holds these arrows, with a reason for each.
package resellerkit

//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config openapi/codegen/cloudcockpit.yaml openapi/cloudcockpit.yaml
//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config openapi/codegen/cloudcockpitserver.yaml openapi/cloudcockpit.yaml
//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config openapi/codegen/myreports.yaml openapi/myreports.yaml
//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config openapi/codegen/myreportsserver.yaml openapi/myreports.yaml
//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config openapi/codegen/control.yaml openapi/sandbox.yaml
//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config openapi/codegen/controlserver.yaml openapi/sandbox.yaml
//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config openapi/codegen/witness.yaml openapi/witness.yaml
