package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// console types the console blocks of a Markdown file, in order, into one shell, and holds the answers to the printed ones:
// `console FILE`. In a printed answer … stands for any text within a line, and a line of its own for any lines.
//
// `$ go run ./server` starts a server that goes on; a line ^C ends it. 127.0.0.1:8080 becomes an address that is free.
func console(ts *testscript.TestScript, neg bool, args []string) {
	text := ts.ReadFile(args[0])
	addr, err := freeAddress()
	ts.Check(err)
	ts.Setenv("RESELLERKIT_LISTEN", addr)
	s := &session{ts: ts, env: environment(ts), dir: ts.MkAbs(".")}
	ts.Check(s.open())
	defer s.close()
	entries := entriesOf(strings.ReplaceAll(text, "127.0.0.1:8080", addr))
	if len(entries) == 0 {
		ts.Fatalf("%s has no console block", args[0])
	}
	for _, e := range entries {
		if err := s.do(e); err != nil {
			ts.Fatalf("%s\n$ %s\n%v", args[0], e.command, err)
		}
	}
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// entry is a command and the answer that the document prints.
type entry struct {
	command string
	answer  []string
}

var consoleBlock = regexp.MustCompile("(?ms)^```console\n(.*?)^```$")

func entriesOf(text string) (entries []entry) {
	for _, block := range consoleBlock.FindAllStringSubmatch(text, -1) {
		for line := range strings.Lines(block[1]) {
			line = strings.TrimSuffix(line, "\n")
			last := len(entries) - 1
			switch {
			case strings.HasPrefix(line, "$ "):
				entries = append(entries, entry{command: line[2:]})
			case line == "^C":
				entries = append(entries, entry{command: line})
			case strings.HasPrefix(line, "> "):
				entries[last].command += "\n" + line[2:]
			default:
				entries[last].answer = append(entries[last].answer, line)
			}
		}
	}
	return entries
}

// session is a shell and the server beside it.
type session struct {
	ts     *testscript.TestScript
	env    []string
	dir    string
	shell  *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Scanner
	server *server
}

func (s *session) open() (err error) {
	s.shell = exec.Command("sh")
	s.shell.Env, s.shell.Dir = s.env, s.dir
	if s.in, err = s.shell.StdinPipe(); err != nil {
		return err
	}
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	s.shell.Stdout, s.shell.Stderr = write, write
	s.out = bufio.NewScanner(read)
	s.out.Buffer(nil, 1<<20)
	return s.shell.Start()
}

func (s *session) close() {
	s.in.Close()
	_ = s.shell.Wait()
	if s.server != nil {
		_ = s.server.kill()
	}
}

func (s *session) do(e entry) error {
	switch {
	case e.command == "^C":
		return s.server.stop()
	case strings.HasPrefix(e.command, "go run ./server"):
		return s.serve(e)
	}
	answer, err := s.run(e.command)
	if err != nil {
		return err
	}
	if !printed(e.answer).MatchString(answer) {
		return fmt.Errorf("answers\n%s\nbut the document prints\n%s", answer, strings.Join(e.answer, "\n"))
	}
	return nil
}

// serve starts the server and waits for the lines that the document prints.
func (s *session) serve(e entry) (err error) {
	if s.server, err = startServer(s.env, s.dir, strings.Fields(e.command)...); err != nil {
		return err
	}
	for _, line := range e.answer {
		if line == "" || line == "…" {
			continue
		}
		want := printed([]string{line})
		if _, err := s.server.wait(line, func(got string) (string, bool) { return got, want.MatchString(got) }); err != nil {
			return err
		}
	}
	return nil
}

const endOfAnswer = "=== end of the answer ==="

// run gives what a command prints, without the last line break.
func (s *session) run(command string) (string, error) {
	if _, err := fmt.Fprintf(s.in, "%s\necho; echo '%s'\n", command, endOfAnswer); err != nil {
		return "", err
	}
	var lines []string
	for s.out.Scan() {
		if s.out.Text() == endOfAnswer {
			return strings.TrimRight(strings.Join(lines, "\n"), "\n"), nil
		}
		lines = append(lines, strings.TrimSuffix(s.out.Text(), "\r"))
	}
	return "", fmt.Errorf("the shell ended: %v, %s", s.out.Err(), strings.Join(lines, "\n"))
}

// printed is the pattern for an answer as a document prints it.
func printed(lines []string) *regexp.Regexp {
	var b strings.Builder
	b.WriteString(`\A`)
	for i, line := range lines {
		if line == "…" {
			b.WriteString(`(?:.*\n?)*?`)
			continue
		}
		b.WriteString(strings.ReplaceAll(regexp.QuoteMeta(line), "…", ".*?"))
		if i < len(lines)-1 {
			b.WriteString(`\n`)
		}
	}
	b.WriteString(`\z`)
	return regexp.MustCompile(b.String())
}

var goBlock = regexp.MustCompile("(?ms)^```go\n(.*?)^```$")

// TestReadmeGo holds the README's Go to be part of the examples, which are compiled and run.
func TestReadmeGo(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var examples []byte
	for _, file := range []string{"sandbox/example_test.go", "../client/example_test.go", "../client/checked/example_test.go"} {
		example, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		examples = append(examples, example...)
	}
	blocks := goBlock.FindAllSubmatch(readme, -1)
	if len(blocks) == 0 {
		t.Fatal("README.md shows no Go")
	}
	for _, block := range blocks {
		if !bytes.Contains(examples, block[1]) {
			t.Errorf("no example holds\n%s", block[1])
		}
	}
}
