package myreports

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"

	api "github.com/resellerkit/resellerkit/gen/myreports"
	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/internal/exchange"
	"github.com/resellerkit/resellerkit/server/internal/jsonbody"
)

// DefaultOps sets the op of each operation that has none, if into is a JSON Patch that was decoded from the body of r: ASP.NET
// Core's library takes an absent op as an add, and a null one as an invalid operation. The generated type is nil for both, so they
// are told apart in the body, which is read again only if an op is nil.
func DefaultOps(r *http.Request, into any) error {
	decoded, ok := into.(*api.JSONPatch)
	if !ok {
		return nil
	}
	patch := *decoded
	if !slices.ContainsFunc(patch, func(op api.JSONPatchOperation) bool { return op.Op == nil }) {
		return nil
	}
	body, err := r.GetBody()
	if err != nil {
		return err
	}
	var given []struct {
		Op json.RawMessage `json:"op"`
	}
	if err := jsonbody.Decode(body, &given); err != nil {
		return err
	}
	for i := range patch {
		switch {
		case patch[i].Op != nil:
		case given[i].Op != nil:
			patch[i].Op = new("")
		default:
			patch[i].Op = new("add")
			exchange.Find(r, contract.Violation{
				In: "body", Pointer: "/" + strconv.Itoa(i) + "/op", Rule: "required", Expected: "this member", Grade: "inferred",
			})
		}
	}
	return nil
}
