// Package openapi holds the contracts: the OpenAPI 3.0.3 documents that a person edits to change an API, and the
// configuration of the generator that turns them into gen/.
//
// Most callers want [CloudCockpit], [MyReports] or [Sandbox], the loaded documents; the bytes behind them are
// [CloudCockpitYAML], [MyReportsYAML] and [SandboxYAML].
//
// # Evidence
//
// No vendor publishes a machine-readable description of the two APIs. Each fact in the documents therefore says how well
// it is proven, in the extension x-evidence: a page prints it (documented), the printed facts point to it (inferred), or
// nothing does and it is this project's choice (decided). A node without the extension has its nearest ancestor's.
package openapi

import (
	_ "embed"
	"fmt"

	"github.com/getkin/kin-openapi/openapi3"
)

// The documents, byte for byte as they stand in the repository. Do not write to them.
var (
	//go:embed cloudcockpit.yaml
	CloudCockpitYAML []byte
	//go:embed myreports.yaml
	MyReportsYAML []byte
	//go:embed sandbox.yaml
	SandboxYAML []byte
	//go:embed witness.yaml
	WitnessYAML []byte
)

// CloudCockpit loads the contract of the CloudCockpit users API. Each call gives a document of its own.
func CloudCockpit() (*openapi3.T, error) { return load("cloudcockpit.yaml", CloudCockpitYAML) }

// MyReports loads the contract of the MyReports account users API. Each call gives a document of its own.
func MyReports() (*openapi3.T, error) { return load("myreports.yaml", MyReportsYAML) }

// Sandbox loads the contract of the sandbox's control plane. Each call gives a document of its own.
func Sandbox() (*openapi3.T, error) { return load("sandbox.yaml", SandboxYAML) }

// Witness loads the contract of the witness proxy's own resources. Each call gives a document of its own.
func Witness() (*openapi3.T, error) { return load("witness.yaml", WitnessYAML) }

func load(name string, data []byte) (*openapi3.T, error) {
	doc, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", name, err)
	}
	return doc, nil
}
