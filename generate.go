// Package resellerkit is a toolkit for two reseller user-management APIs, CloudCockpit and MyReports: contracts, generated
// code, and a sandbox. It holds no code itself; this comment is the tour of the packages that do.
//
// # The contracts
//
// [github.com/resellerkit/resellerkit/openapi] holds what a person edits to change an API: an OpenAPI 3.0.3 document for
// each of the two APIs and one for the sandbox's control plane, with the evidence for every fact; the configuration of the
// generator, and our templates for it; and the tests that hold the documents to the sources they were reconstructed from.
//
// # The generated code
//
// gen is made from the contracts by the lines below, and is disposable: `rm -rf gen && go generate ./...` gives the same
// bytes. gen/cloudcockpit, gen/myreports and gen/control are types and clients; their siblings ending in server are echo
// routes and strict server interfaces over the same types. What binds requests and writes answers there is made by the
// templates in openapi/codegen, for speed; server/internal/bench/stock has what the generator makes without them, and tests
// there hold the two to do the same.
//
// # The client
//
// [github.com/resellerkit/resellerkit/client] is what people import: a face over the generated request builders, with
// errors, retries, tokens and iterators. One file holds one resource (customer_users.go, account_users.go); an operation
// goes from there through call.go (what is asked), core.go (until it succeeds or not), attempt.go (once), answer.go (the
// body) and errors.go. client/checked adds the contract, and is the only package below client that knows package
// contract.
//
// # The sandbox
//
// [github.com/resellerkit/resellerkit/server] is the command. Below it, in the order in which a request meets them:
//
//   - server/sandbox is the http.Handler: it tells the APIs apart, knows callers by their tokens, and implements the
//     generated interfaces.
//   - server/contract checks a request before, and an answer after, the handler that it wraps. It works for any OpenAPI 3.0
//     document and knows no API of ours.
//   - server/internal/store keeps rows in transactions; server/internal/jsonpatch applies a JSON Patch as ASP.NET does;
//     server/internal/token signs and verifies bearer tokens.
//
// Imports point down: the command, the sandbox, then contract, store and gen/*server, then openapi and gen; the
// client imports gen alone. Only the command reads flags, environment and signals.
package resellerkit

//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config openapi/codegen/cloudcockpit.yaml openapi/cloudcockpit.yaml
//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config openapi/codegen/cloudcockpitserver.yaml openapi/cloudcockpit.yaml
//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config openapi/codegen/myreports.yaml openapi/myreports.yaml
//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config openapi/codegen/myreportsserver.yaml openapi/myreports.yaml
//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config openapi/codegen/control.yaml openapi/sandbox.yaml
//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config openapi/codegen/controlserver.yaml openapi/sandbox.yaml
//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config openapi/codegen/witness.yaml openapi/witness.yaml
