//go:build tools

package resellerkit

// The code generator, so that go.mod pins its version.
import _ "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen"
