// Package operationtest is the one table of operations that the tests of the sandbox are made from: for each operation of the
// documents a request that succeeds, further requests, and the clients that may send them. An operation without a row fails
// these tests with a sentence that says so.
//
// Most tests want [All], and [Request.Fill] with [Contoso] or [Acme].
package operationtest

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/openapi"
)

// The APIs of the sandbox.
const (
	CloudCockpit = "cloudcockpit"
	MyReports    = "myreports"
	Control      = "control"
)

// A Request is a request of an operation. In target and body, {customer} and the like stand for the ids of [IDs].
type Request struct {
	Method, Target, Body string
	// Refused is set if the sandbox refuses the request, with the ids of the caller's own.
	Refused bool
	// Filter is set if unknown ids give an empty result instead of an error.
	Filter bool
}

// An Operation is a row of the table.
type Operation struct {
	ID, API string
	// Good succeeds.
	Good Request
	// More are requests that address something else or in another way, by name.
	More map[string]Request
	// Clients are the clients of the demo data that may call the operation, by their roles; for the control plane there are
	// none. Clients[0] is the one that Good is for.
	Clients []string
	// Open operations of the control plane need no admin token.
	Open bool
	// Spec is the operation in its document.
	Spec *openapi3.Operation
}

// Requests returns all requests of the operation by name: Good under "", and More.
func (o Operation) Requests() map[string]Request {
	all := maps.Clone(o.More)
	if all == nil {
		all = map[string]Request{}
	}
	all[""] = o.Good
	return all
}

// Statuses returns the statuses that the document declares for the operation.
func (o Operation) Statuses() []string { return slices.Sorted(maps.Keys(o.Spec.Responses.Map())) }

// Succeeds returns the status with which the operation succeeds. Of two that the document declares it is the greater one: the
// pages list a 200 beside the 201 of a creation.
func (o Operation) Succeeds(t testing.TB) (status string) {
	t.Helper()
	for _, declared := range o.Statuses() {
		if declared < "300" {
			status = declared
		}
	}
	if status == "" {
		t.Fatalf("operation %s declares no status of success", o.ID)
	}
	return status
}

// All returns the rows of some APIs, or of all, sorted by id. It fails the test if a document has an operation without a row, or
// the table a row without an operation.
func All(t testing.TB, apis ...string) []Operation {
	t.Helper()
	if len(apis) == 0 {
		apis = []string{CloudCockpit, MyReports, Control}
	}
	var list []Operation
	for _, api := range apis {
		specs := operations(t, api)
		for _, row := range table {
			if row.API != api {
				continue
			}
			spec, ok := specs[row.ID]
			if !ok {
				t.Errorf("the table of server/internal/operationtest has a row for %s, which is no operation of %s", row.ID, api)
				continue
			}
			row.Spec = spec
			list = append(list, row)
			delete(specs, row.ID)
		}
		for _, id := range slices.Sorted(maps.Keys(specs)) {
			t.Errorf("operation %s of %s has no row: add one to the table of server/internal/operationtest", id, api)
		}
	}
	slices.SortFunc(list, func(a, b Operation) int { return strings.Compare(a.ID, b.ID) })
	return list
}

// operations returns the operations of a document by id.
func operations(t testing.TB, api string) map[string]*openapi3.Operation {
	t.Helper()
	load := map[string]func() (*openapi3.T, error){
		CloudCockpit: openapi.CloudCockpit, MyReports: openapi.MyReports, Control: openapi.Sandbox,
	}
	doc, err := load[api]()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*openapi3.Operation{}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			all[op.OperationID] = op
		}
	}
	return all
}
