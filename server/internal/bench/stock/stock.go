// Package stock compares the code that oapi-codegen makes of our templates with what it makes by itself: for each of our
// documents, and for kinds.openapi.yaml, which has kinds of parameters and responses that our documents do not have.
//
// The directories below are generated on demand and not committed. `make stock`, in the root of the repository, writes them;
// without them the module does not build. cloudcockpit, myreports, sandbox and kinds are what oapi-codegen makes by itself;
// kindstypes and kindsserver correspond to the packages in gen.
package stock

//go:generate go run -C ../../../.. github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config server/internal/bench/stock/cloudcockpit.yaml openapi/cloudcockpit.yaml
//go:generate go run -C ../../../.. github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config server/internal/bench/stock/myreports.yaml openapi/myreports.yaml
//go:generate go run -C ../../../.. github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config server/internal/bench/stock/sandbox.yaml openapi/sandbox.yaml
//go:generate go run -C ../../../.. github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config server/internal/bench/stock/kindstypes.yaml server/internal/bench/stock/kinds.openapi.yaml
//go:generate go run -C ../../../.. github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config server/internal/bench/stock/kindsserver.yaml server/internal/bench/stock/kinds.openapi.yaml
//go:generate go run -C ../../../.. github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config server/internal/bench/stock/kinds.yaml server/internal/bench/stock/kinds.openapi.yaml
