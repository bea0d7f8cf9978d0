package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// startTimeout is how long a server may take until it says what is waited for, on a busy machine.
const startTimeout = time.Minute

// server is a process of the command, and what it has said on stdout so far.
type server struct {
	cmd    *exec.Cmd
	lines  chan string
	log    *bytes.Buffer
	killed bool
}

// servers are the running ones, by script and name.
var servers sync.Map

func serverKey(ts *testscript.TestScript, name string) string { return ts.Getenv("WORK") + " " + name }

func serverOf(ts *testscript.TestScript, name string) *server {
	s, ok := servers.Load(serverKey(ts, name))
	if !ok {
		ts.Fatalf("no server %s", name)
	}
	return s.(*server)
}

func environment(ts *testscript.TestScript) []string {
	var env []string
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "WORK", "RESELLERKIT_LISTEN"} {
		if v := ts.Getenv(name); v != "" {
			env = append(env, name+"="+v)
		}
	}
	return env
}

func startServer(env []string, dir string, command ...string) (*server, error) {
	path, err := lookPath(env, command[0])
	if err != nil {
		return nil, err
	}
	s := &server{cmd: exec.Command(path, command[1:]...), lines: make(chan string, 100), log: new(bytes.Buffer)}
	s.cmd.Args[0], s.cmd.Env, s.cmd.Dir, s.cmd.Stderr = command[0], env, dir, s.log
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		defer close(s.lines)
		for scanner := bufio.NewScanner(out); scanner.Scan(); {
			s.lines <- scanner.Text()
		}
	}()
	return s, nil
}

// lookPath finds a program in the script's PATH, not in the test's.
func lookPath(env []string, name string) (string, error) {
	for _, v := range env {
		for dir := range strings.SplitSeq(strings.TrimPrefix(v, "PATH="), string(os.PathListSeparator)) {
			if path := dir + string(os.PathSeparator) + name; strings.HasPrefix(v, "PATH=") && isFile(path) {
				return path, nil
			}
		}
	}
	return "", fmt.Errorf("%s is not in the script's PATH", name)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// wait reads stdout until a line satisfies the function.
func (s *server) wait(what string, found func(string) (string, bool)) (string, error) {
	timeout := time.After(startTimeout)
	for {
		select {
		case line, ok := <-s.lines:
			if !ok {
				_ = s.cmd.Wait()
				return "", fmt.Errorf("the server ended without saying %q: %s", what, s.log)
			}
			if value, ok := found(line); ok {
				return value, nil
			}
		case <-timeout:
			return "", fmt.Errorf("the server does not say %q", what)
		}
	}
}

// stop ends the server as ^C does. It must then exit with status 0.
func (s *server) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGINT); err != nil {
		return err
	}
	for range s.lines { // to the end: Wait closes the pipe
	}
	s.killed = true
	if err := s.cmd.Wait(); err != nil {
		return fmt.Errorf("stop: %w: %s", err, s.log)
	}
	return nil
}

// kill ends the server as kill -9 does.
func (s *server) kill() error {
	if s.killed {
		return nil
	}
	s.killed = true
	if err := s.cmd.Process.Kill(); err != nil {
		return err
	}
	for range s.lines {
	}
	_ = s.cmd.Wait() // it was killed
	return nil
}
