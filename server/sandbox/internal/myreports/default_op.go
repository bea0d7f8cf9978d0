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

// SetDefaultOps sets the op of each operation that has none: ASP.NET Core's library takes an absent one as an add, and a null
// one as an invalid operation. The generated type is nil for both, so that they are told apart in the body, which is read
// again only if there is one.
func SetDefaultOps(r *http.Request, patch api.JSONPatch) error {
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
