package command

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/openapi"
)

type versionCommand struct{}

// Run prints a line each for the command, its contracts and Go.
func (versionCommand) Run(std streams) error {
	info, _ := debug.ReadBuildInfo()
	fmt.Fprintf(std.out, "%-14s %s\n", "resellerkit", versionOf(info))
	for _, spec := range []struct {
		name string
		load func() (*openapi3.T, error)
	}{{"cloudcockpit", openapi.CloudCockpit}, {"myreports", openapi.MyReports}, {"sandbox", openapi.Sandbox}, {"witness", openapi.Witness}} {
		doc, err := spec.load()
		if err != nil {
			return err
		}
		fmt.Fprintf(std.out, "%-14s %s (OpenAPI %s)\n", spec.name, doc.Info.Version, doc.OpenAPI)
	}
	fmt.Fprintf(std.out, "%-14s %s\n", "go", runtime.Version())
	return nil
}

// develVersion is what the go command writes in place of a version into a build that has none.
const develVersion = "(devel)"

// versionOf names a build: the module's version if it has one, else the revision of the working tree it was built from.
func versionOf(info *debug.BuildInfo) string {
	if info == nil {
		return develVersion
	}
	if info.Main.Version != "" && info.Main.Version != develVersion {
		return info.Main.Version
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	revision := settings["vcs.revision"]
	if revision != "" && settings["vcs.modified"] == "true" {
		revision += " (modified)"
	}
	return cmp.Or(revision, develVersion)
}
