package command

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// repository is the path from this package to the root of the repository.
var repository = filepath.Join("..", "..", "..")

// TestMain makes the test binary serve as the commands that the scripts and the README use: resellerkit itself, curl, which
// not every machine has, and the one form of the go command that the README shows.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"resellerkit": Main,
		"curl":        func() { os.Exit(curl(os.Args[1:], os.Stdout, os.Stderr)) },
		"go":          goRunServer,
	})
}

// goRunServer stands in for `go run ./server …`, so that the command is not compiled a second time.
func goRunServer() {
	if len(os.Args) < 3 || os.Args[1] != "run" || os.Args[2] != "./server" {
		os.Stderr.WriteString("the go command of the scripts takes only: go run ./server\n")
		os.Exit(exitUsage)
	}
	os.Args = append([]string{"resellerkit"}, os.Args[3:]...)
	Main()
}

// TestScripts runs testdata/script/*.txtar, in which the command is used as a user types it.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve": serve, "proxy": startProxy, "until": until, "console": typeConsole, "paste": paste,
		},
		Setup: func(env *testscript.Env) error {
			env.Values[processesKey{}] = map[string]*process{}
			readme, err := os.ReadFile(filepath.Join(repository, "README.md"))
			if err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(env.WorkDir, "README.md"), readme, 0o644)
		},
	})
}

// Ensure that a signal before the sandbox is ready ends the command with status 0, as one after it does.
func TestRun_StoppedBeforeReady(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	var out, log bytes.Buffer
	if status := run(ctx, []string{"--listen", "127.0.0.1:0", "--store", "sqlite::memory:"}, streams{&out, &log}); status != 0 || out.Len() > 0 {
		t.Errorf("got exit status %d and %q on stdout, want 0 and nothing: %s", status, out.String(), log.String())
	}
}

// processesKey is the key of a script's processes, by name, in testscript.Env.Values.
type processesKey struct{}

func processes(ts *testscript.TestScript) map[string]*process {
	return ts.Value(processesKey{}).(map[string]*process)
}

func processOf(ts *testscript.TestScript, name string) *process {
	p := processes(ts)[name]
	if p == nil {
		ts.Fatalf("there is no process %s", name)
	}
	return p
}

// The banner of the sandbox and of the proxy, as text or as JSON, holds the URL; that of the sandbox has a token, too.
var (
	bannerURL   = regexp.MustCompile(`(https?://[^/"\s]+)/_(?:sandbox|witness).*\n`)
	bannerToken = regexp.MustCompile(`eyJ[\w.-]+`)
)

// serve runs the sandbox beside the script:
//
//	serve NAME [ARGS...]         start it, wait for the banner, and set $NAME to its URL and $NAME_TOKEN to the token
//	serve -log NAME PATTERN      wait until stderr matches
//	serve -term NAME             send SIGTERM, and do not wait
//	serve -join NAME [STATUS]    wait for the end, with status 0 or the given one; write stdout and stderr to NAME.out and NAME.err
//	serve -stop NAME [STATUS]    send SIGINT, then as -join
//	serve -kill NAME             send SIGKILL, and wait for the end
//
// The verbs work for a process that `proxy` has started, too.
func serve(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: serve [-log|-term|-join|-stop|-kill] NAME [ARGS...]")
	}
	verb := args[0]
	if !strings.HasPrefix(verb, "-") {
		start(ts, args[0], append([]string{"serve"}, args[1:]...))
		return
	}
	name, rest := args[1], args[2:]
	p := processOf(ts, name)
	switch verb {
	case "-log":
		_, err := p.wait(p.stderr, regexp.MustCompile(rest[0]))
		ts.Check(err)
	case "-term":
		ts.Check(p.signal(syscall.SIGTERM))
	case "-stop":
		ts.Check(p.signal(syscall.SIGINT))
		join(ts, name, p, rest)
	case "-join":
		join(ts, name, p, rest)
	case "-kill":
		p.kill()
	default:
		ts.Fatalf("serve has no verb %s", verb)
	}
}

// startProxy runs the proxy beside the script, as serve runs the sandbox: proxy NAME [ARGS...].
func startProxy(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: proxy NAME [ARGS...]")
	}
	start(ts, args[0], append([]string{"proxy"}, args[1:]...))
}

// start starts resellerkit on a free port, and waits for the banner.
func start(ts *testscript.TestScript, name string, args []string) {
	command := append([]string{"resellerkit", args[0], "--listen", "127.0.0.1:0"}, args[1:]...)
	p, err := startProcess(environment(ts), ts.MkAbs("."), command...)
	ts.Check(err)
	ts.Defer(p.kill)
	processes(ts)[name] = p
	found, err := p.wait(p.stdout, bannerURL)
	ts.Check(err)
	ts.Setenv(name, found[1])
	ts.Setenv(name+"_TOKEN", bannerToken.FindString(p.stdout.String()))
}

// join waits for the end of a process, and writes what it has printed to files.
func join(ts *testscript.TestScript, name string, p *process, status []string) {
	want := 0
	if len(status) > 0 {
		var err error
		want, err = strconv.Atoi(status[0])
		ts.Check(err)
	}
	ts.Check(p.join(want))
	ts.Check(os.WriteFile(ts.MkAbs(name+".out"), []byte(p.stdout.String()), 0o644))
	ts.Check(os.WriteFile(ts.MkAbs(name+".err"), []byte(p.stderr.String()), 0o644))
}

// paste runs the two lines of a banner that are about an API, as a user who pastes them: paste NAME API.
func paste(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: paste NAME API")
	}
	p := processOf(ts, args[0])
	lines, err := p.wait(p.stdout, regexp.MustCompile(args[1]+"_TOKEN=.*\n.*curl .*\n"))
	ts.Check(err)
	ts.Check(ts.Exec("sh", "-c", lines[0]))
}

// environment is the part of a script's environment that its processes get.
func environment(ts *testscript.TestScript) []string {
	var env []string
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "WORK"} {
		if v := ts.Getenv(name); v != "" {
			env = append(env, name+"="+v)
		}
	}
	return env
}

// until repeats a command until its stdout matches: until PATTERN COMMAND [ARGS...].
func until(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: until PATTERN COMMAND [ARGS...]")
	}
	pattern := regexp.MustCompile(args[0])
	path, err := lookPath(environment(ts), args[1])
	ts.Check(err)
	var out []byte
	for deadline := time.Now().Add(processTimeout); time.Now().Before(deadline); {
		cmd := exec.Command(path, args[2:]...)
		cmd.Args[0] = args[1] // the name tells the test binary which command to be
		if out, err = cmd.Output(); err == nil && pattern.Match(out) {
			return
		}
	}
	ts.Fatalf("after %s the output of %s does not match %q: %s, %v", processTimeout, args[1], args[0], out, err)
}
