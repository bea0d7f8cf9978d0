package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the test binary be the commands that the scripts and the README use: resellerkit itself, a curl for machines
// that have none, and the one use of go that the README makes.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"resellerkit": main,
		"curl":        func() { os.Exit(curl(os.Args[1:], os.Stdout, os.Stderr)) },
		"go":          goRunServer,
	})
}

// goRunServer stands for `go run ./server …`, without building the command once more.
func goRunServer() {
	if len(os.Args) < 3 || os.Args[1] != "run" || os.Args[2] != "./server" {
		os.Stderr.WriteString("this go knows only: go run ./server\n")
		os.Exit(exitUsage)
	}
	os.Args = append([]string{"resellerkit"}, os.Args[3:]...)
	main()
}

// TestScripts runs testdata/script/*.txtar: the command as a user types it.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:  filepath.Join("testdata", "script"),
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"serve": serve, "console": console},
		Setup: func(env *testscript.Env) error {
			readme, err := os.ReadFile(filepath.Join("..", "README.md"))
			if err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(env.WorkDir, "README.md"), readme, 0o644)
		},
	})
}

// Ensure that a signal before the sandbox is ready ends the command as one after it does.
func TestRun_StoppedBeforeReady(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	var out, log bytes.Buffer
	if status := run(ctx, []string{"--listen", "127.0.0.1:0", "--store", "sqlite::memory:"}, streams{&out, &log}); status != 0 || out.Len() > 0 {
		t.Errorf("got exit status %d and %q on stdout, want 0 and nothing: %s", status, out.String(), log.String())
	}
}

// serve starts resellerkit in the background and waits until it is ready: `serve NAME [ARGS…]`. Its address becomes $NAME,
// and `serve -stop NAME` ends it with SIGINT and holds it to exit status 0; `serve -kill NAME` kills it.
func serve(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: serve [-stop|-kill] NAME [ARGS...]")
	}
	switch args[0] {
	case "-stop":
		ts.Check(serverOf(ts, args[1]).stop())
	case "-kill":
		ts.Check(serverOf(ts, args[1]).kill())
	default:
		command := append([]string{"resellerkit", "serve", "--listen", "127.0.0.1:0"}, args[1:]...)
		s, err := startServer(environment(ts), ts.MkAbs("."), command...)
		ts.Check(err)
		servers.Store(serverKey(ts, args[0]), s)
		ts.Defer(func() { _ = s.kill() })
		url, err := s.wait("control", func(line string) (string, bool) {
			_, rest, ok := strings.Cut(line, "control")
			return strings.TrimSuffix(strings.TrimSpace(rest), "/_sandbox"), ok
		})
		ts.Check(err)
		ts.Setenv(args[0], url)
	}
}
