package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// TestMain makes the test binary serve as a server process, as the command's binary does.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "-serve" {
		main()
		return
	}
	os.Exit(m.Run())
}

// Ensure that every server has the responses of the unvalidated one, and that those that check refuse what they must refuse.
func TestVariants(t *testing.T) {
	for _, v := range variants {
		t.Run(v.key, func(t *testing.T) {
			t.Parallel()
			if err := v.verify(); err != nil {
				t.Error(err)
			}
		})
	}
}

// Ensure that the verification notices a server that does not check, by each request and by the response that it lets through.
func TestVariants_verify(t *testing.T) {
	t.Parallel()
	sham := variant{key: "sham", checks: checks{true, true, true}, build: buildUnvalidated}
	err := sham.verify()
	if err == nil {
		t.Fatal("verify accepts an unvalidated server as one that checks everything")
	}
	for _, r := range refusals {
		// The generated code itself refuses what it cannot decode.
		known := []string{"a correlation id that is no UUID", "a member of the wrong type", "an operation without a path", "bytes after the value"}
		if !slices.Contains(known, r.name) && !strings.Contains(err.Error(), r.name) {
			t.Errorf("%s: verify does not notice a server that does not refuse it", r.name)
		}
	}
	wrong := variant{key: "wrong", build: func(*world) (http.Handler, error) {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }), nil
	}}
	if err := wrong.verify(); err == nil || !strings.Contains(err.Error(), "list2000") {
		t.Errorf("got %v for a server with empty responses, want an error about list2000", err)
	}
}

// Ensure that the command runs, over HTTP and in process, and prints a table for each.
func TestRun(t *testing.T) {
	var out, progress bytes.Buffer
	err := run([]string{"-rounds", "1", "-duration", "5ms", "-only", "/(list25|create|patch)$"}, strings.NewReader(""), &out, &progress)
	if err != nil {
		t.Fatalf("%v\n%s", err, &progress)
	}
	for _, v := range variants {
		rows := regexp.MustCompile(`(?m)^\| \(`+v.key+`\) .*\|$`).FindAllString(out.String(), -1)
		if want := tables(); len(rows) != want {
			t.Errorf("got %d rows for (%s), want %d:\n%s", len(rows), v.key, want, &out)
		}
	}
	if !strings.Contains(out.String(), "| server | list 25 | create | JSON Patch |") {
		t.Errorf("columns are not those of -only:\n%s", &out)
	}
}

// tables is the number of tables. The CPU time of another process is known on Linux only.
func tables() int {
	if runtime.GOOS == "linux" {
		return 5
	}
	return 4
}

// Ensure that profiles are written, for one handler only.
func TestRun_profile(t *testing.T) {
	cpu, mem := filepath.Join(t.TempDir(), "cpu"), filepath.Join(t.TempDir(), "mem")
	args := []string{"-duration", "50ms", "-cpuprofile", cpu, "-memprofile", mem, "-only"}
	var out bytes.Buffer
	if err := run(append(args, "^o/create$"), strings.NewReader(""), &out, &out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "allocs/op") {
		t.Errorf("got %q, want a line with allocs/op", &out)
	}
	for _, path := range []string{cpu, mem} {
		if info, err := os.Stat(path); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v, want a profile", path, err)
		}
	}
	if err := run(append(args, "^o/"), strings.NewReader(""), &out, &out); err == nil {
		t.Error("a profile of several handlers at once is not refused")
	}
}

// Ensure that no handler changes the header that all requests of a player share.
func TestPlayer_play(t *testing.T) {
	players, err := newPlayers(choose(regexp.MustCompile("")))
	if err != nil {
		t.Fatal(err)
	}
	for c, p := range players {
		before := fmt.Sprint(p.template.Header)
		p.play()
		p.play()
		if p.writer.status != p.want.status || p.writer.length != len(p.want.body) {
			t.Errorf("%v: got %d with %d bytes, want %d with %d", c, p.writer.status, p.writer.length, p.want.status, len(p.want.body))
		}
		if after := fmt.Sprint(p.template.Header); after != before {
			t.Errorf("%v: header is %s, was %s", c, after, before)
		}
	}
}

// Ensure that the root module does not depend on the peers, and that the modules that both depend on have the same versions, so that
// the figures are about what the root ships.
func TestModule(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	ours, theirs := modules(t, "."), modules(t, root)
	for path, version := range ours {
		if want, ok := theirs[path]; ok && version != want {
			t.Errorf("%s is %s, and %s in the root", path, version, want)
		}
	}
	if _, ok := theirs["github.com/oapi-codegen/echo-middleware"]; ok {
		t.Error("the root's module graph has echo-middleware in it")
	}
	if packages := golist(t, root, "./..."); strings.Contains(packages, "server/internal/bench\n") {
		t.Error("the root's ./... has the benchmark in it")
	}
}

// modules returns the versions of the modules that the packages in a directory depend on.
func modules(t *testing.T, dir string) map[string]string {
	t.Helper()
	versions := map[string]string{}
	for line := range strings.Lines(golist(t, dir, "-deps", "-f", "{{with .Module}}{{.Path}} {{.Version}}{{end}}", "./...")) {
		if path, version, ok := strings.Cut(strings.TrimSpace(line), " "); ok && version != "" {
			versions[path] = version
		}
	}
	return versions
}

func golist(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"list"}, args...)...)
	cmd.Dir = dir
	var problem bytes.Buffer
	cmd.Stderr = &problem
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list in %s: %v\n%s", dir, err, &problem)
	}
	return string(out)
}
