//go:build tools

// Package resellerkit pins the code generator, so that every machine generates with the same version.
package resellerkit

import _ "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen"
