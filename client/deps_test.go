package client_test

import (
	"os/exec"
	"strings"
	"testing"
)

// Ensure that package client links the standard library and five modules, and no validator, server or database.
func TestDependencies(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	allowed := []string{
		"github.com/resellerkit/resellerkit/gen/cloudcockpit",
		"github.com/resellerkit/resellerkit/gen/myreports", "github.com/google/uuid", "golang.org/x/oauth2", "golang.org/x/time",
		"github.com/oapi-codegen/runtime", "github.com/apapsch/go-jsonmerge/v2", // which the runtime imports
	}
	for path := range strings.FieldsSeq(string(out)) {
		ok := path == "github.com/resellerkit/resellerkit/client"
		for _, a := range allowed {
			ok = ok || path == a || strings.HasPrefix(path, a+"/")
		}
		if !ok {
			t.Errorf("package client links %s", path)
		}
	}
}
