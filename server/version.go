package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/openapi"
)

type versionCommand struct{}

// Run prints a line each for the command, its contracts and Go.
func (versionCommand) Run(std streams) error {
	fmt.Fprintf(std.out, "%-14s %s\n", "resellerkit", version())
	for _, spec := range []struct {
		name string
		load func() (*openapi3.T, error)
	}{{"cloudcockpit", openapi.CloudCockpit}, {"myreports", openapi.MyReports}, {"sandbox", openapi.Sandbox}} {
		doc, err := spec.load()
		if err != nil {
			return err
		}
		fmt.Fprintf(std.out, "%-14s %s (OpenAPI %s)\n", spec.name, doc.Info.Version, doc.OpenAPI)
	}
	fmt.Fprintf(std.out, "%-14s %s\n", "go", runtime.Version())
	return nil
}

// version is what the module system knows of the build.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
