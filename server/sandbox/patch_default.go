package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"

	"github.com/resellerkit/resellerkit/gen/myreports"
	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/internal/jsonbody"
)

// defaultOps sets the op of each operation that has none: ASP.NET Core's library takes an absent one as an add, and a null
// one as an invalid operation. The generated type is nil for both, so that they are told apart in the body, which is read
// again only if there is one.
func defaultOps(r *http.Request, patch myreports.JSONPatch) error {
	if !slices.ContainsFunc(patch, func(op myreports.JSONPatchOperation) bool { return op.Op == nil }) {
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
			find(r, contract.Violation{
				In: "body", Pointer: "/" + strconv.Itoa(i) + "/op", Rule: "required", Expected: "this member", Grade: "inferred",
			})
		}
	}
	return nil
}
