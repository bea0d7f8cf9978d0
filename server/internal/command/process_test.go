package command

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// processTimeout limits each wait for a process: for output that is expected of it, and for its end. It is generous, because
// the machine may be busy with other tests.
const processTimeout = time.Minute

// A process is a command that runs beside a test.
type process struct {
	cmd            *exec.Cmd
	stdout, stderr *output
	done           chan struct{} // closed when the process has ended
}

// startProcess starts a command with the environment of a script, and finds the program in its PATH.
func startProcess(env []string, dir string, command ...string) (*process, error) {
	path, err := lookPath(env, command[0])
	if err != nil {
		return nil, err
	}
	p := &process{cmd: exec.Command(path, command[1:]...), stdout: newOutput(), stderr: newOutput(), done: make(chan struct{})}
	p.cmd.Args[0], p.cmd.Env, p.cmd.Dir = command[0], env, dir
	p.cmd.Stdout, p.cmd.Stderr = p.stdout, p.stderr
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		defer close(p.done)
		_ = p.cmd.Wait() // join reads the status
	}()
	return p, nil
}

// lookPath finds a program in the PATH of env. exec.LookPath would search the PATH of the test itself.
func lookPath(env []string, name string) (string, error) {
	for _, v := range env {
		path, ok := strings.CutPrefix(v, "PATH=")
		if !ok {
			continue
		}
		for _, dir := range filepath.SplitList(path) {
			file := filepath.Join(dir, name)
			if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
				return file, nil
			}
		}
	}
	return "", fmt.Errorf("%s is not in the script's PATH", name)
}

// wait waits until the text of o, which is the stdout or stderr of p, matches the pattern, and returns the submatches.
func (p *process) wait(o *output, pattern *regexp.Regexp) ([]string, error) {
	timeout := time.After(processTimeout)
	for {
		ended := isClosed(p.done)
		text, changed := o.snapshot()
		if found := pattern.FindStringSubmatch(text); found != nil {
			return found, nil
		}
		if ended {
			return nil, fmt.Errorf("the process ended and had not printed %q; stdout: %s; stderr: %s", pattern, p.stdout, p.stderr)
		}
		select {
		case <-changed:
		case <-p.done:
		case <-timeout:
			return nil, fmt.Errorf("after %s the process has not printed %q; stdout: %s; stderr: %s", processTimeout, pattern, p.stdout, p.stderr)
		}
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func (p *process) signal(s os.Signal) error { return p.cmd.Process.Signal(s) }

// stop ends the process as ^C does, and returns an error if its exit status is not 0.
func (p *process) stop() error {
	if err := p.signal(syscall.SIGINT); err != nil {
		return err
	}
	return p.join(0)
}

// join waits for the end of the process, and returns an error if its exit status is not the wanted one.
func (p *process) join(want int) error {
	select {
	case <-p.done:
	case <-time.After(processTimeout):
		return fmt.Errorf("the process has not ended after %s: %s", processTimeout, p.stderr)
	}
	if got := p.cmd.ProcessState.ExitCode(); got != want {
		return fmt.Errorf("got %v, want exit status %d: %s", p.cmd.ProcessState, want, p.stderr)
	}
	return nil
}

// kill ends the process as kill -9 does. It may have ended before.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.done
}

// output collects what a process writes, and tells waiters about it. It is safe for concurrent use.
type output struct {
	mu      sync.Mutex
	text    bytes.Buffer
	changed chan struct{} // closed at the next write
}

func newOutput() *output { return &output{changed: make(chan struct{})} }

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	close(o.changed)
	o.changed = make(chan struct{})
	return o.text.Write(p)
}

// snapshot returns the text so far, and a channel that is closed when there is more.
func (o *output) snapshot() (text string, changed <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String(), o.changed
}

func (o *output) String() string {
	text, _ := o.snapshot()
	return text
}

// Ensure that a wait ends with what a process printed last, also if the process ends at once.
func TestProcess_Wait(t *testing.T) {
	t.Parallel()
	env := []string{"PATH=" + os.Getenv("PATH")}
	p, err := startProcess(env, t.TempDir(), "sh", "-c", "echo one; echo two >&2; exit 3")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := p.wait(p.stdout, regexp.MustCompile(`o(n)e`)); err != nil || got[1] != "n" {
		t.Errorf("got %q and %v, want the submatch n", got, err)
	}
	if _, err := p.wait(p.stderr, regexp.MustCompile("three")); err == nil || !strings.Contains(err.Error(), "two") {
		t.Errorf("got %v, want an error with the text of stderr", err)
	}
	if err := p.join(0); err == nil || !strings.Contains(err.Error(), "exit status 3") {
		t.Errorf("got %v, want exit status 3", err)
	}
}
