package command

import (
	"runtime/debug"
	"testing"
)

func TestVersionOf(t *testing.T) {
	t.Parallel()
	revision := []debug.BuildSetting{{Key: "vcs.revision", Value: "c350eb2"}, {Key: "vcs.modified", Value: "false"}}
	modified := []debug.BuildSetting{{Key: "vcs.revision", Value: "c350eb2"}, {Key: "vcs.modified", Value: "true"}}
	for _, test := range []struct {
		name string
		info *debug.BuildInfo
		want string
	}{
		{"a version", &debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}, Settings: revision}, "v1.2.3"},
		{"a revision without a version", &debug.BuildInfo{Settings: revision}, "c350eb2"},
		{"a revision of a development build", &debug.BuildInfo{Main: debug.Module{Version: "(devel)"}, Settings: revision}, "c350eb2"},
		{"a revision with changes", &debug.BuildInfo{Main: debug.Module{Version: "(devel)"}, Settings: modified}, "c350eb2 (modified)"},
		{"neither", &debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, "(devel)"},
		{"no build information", nil, "(devel)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := versionOf(test.info); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
