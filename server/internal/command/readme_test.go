package command

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// typeConsole types the console blocks of a Markdown file, in order, into one shell, and compares what the commands print with
// what the file says they print: `console FILE`. In the file, … stands for any text within a line, and a line that consists
// of … for any number of lines.
//
// `$ go run ./server …` and `$ resellerkit …` start a process that goes on until a line ^C, which ends the process that was
// started last. 127.0.0.1:8080 and 127.0.0.1:8081 become addresses that are free.
func typeConsole(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: console FILE")
	}
	text := ts.ReadFile(args[0])
	listen := map[string]string{}
	for command, printed := range map[string]string{"serve": "127.0.0.1:8080", "proxy": "127.0.0.1:8081"} {
		free, err := freeAddress()
		ts.Check(err)
		text = strings.ReplaceAll(text, printed, free)
		listen[command] = "RESELLERKIT_LISTEN=" + free
	}
	s := &session{env: environment(ts), dir: ts.MkAbs("."), listen: listen}
	ts.Check(s.open())
	defer s.close()
	entries := entriesOf(text)
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

// An entry is a command of a console block, and the output that the document shows for it.
type entry struct {
	command string
	output  []string
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
				entries[last].output = append(entries[last].output, line)
			}
		}
	}
	return entries
}

// A session is a shell, and the processes that were started beside it.
type session struct {
	env     []string
	dir     string
	listen  map[string]string // the variable with the default address, by subcommand
	shell   *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Scanner
	running []*process
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
	for _, p := range s.running {
		p.kill()
	}
}

// A command of this form serves until ^C.
var serving = regexp.MustCompile(`^(go run \./server|resellerkit)( serve| proxy| --|$)`)

func (s *session) do(e entry) error {
	switch {
	case e.command == "^C":
		return s.interrupt()
	case serving.MatchString(e.command):
		return s.start(e)
	}
	got, err := s.run(e.command)
	if err != nil {
		return err
	}
	if !printed(e.output).MatchString(got) {
		return fmt.Errorf("prints\n%s\nbut the document shows\n%s", got, strings.Join(e.output, "\n"))
	}
	return nil
}

// start starts a process and waits until it has printed what the document shows.
func (s *session) start(e entry) error {
	listen := s.listen["serve"]
	if strings.Contains(e.command, " proxy ") {
		listen = s.listen["proxy"]
	}
	p, err := startProcess(append(slices.Clone(s.env), listen), s.dir, strings.Fields(e.command)...)
	if err != nil {
		return err
	}
	s.running = append(s.running, p)
	_, err = p.wait(p.stdout, printed(append(e.output, "…")))
	return err
}

func (s *session) interrupt() error {
	last := len(s.running) - 1
	if last < 0 {
		return fmt.Errorf("no process is running")
	}
	p := s.running[last]
	s.running = s.running[:last]
	return p.stop()
}

// endOfOutput is what the shell prints after each command, so that run knows where the command's output ends.
const endOfOutput = "=== end of the output ==="

// run types a command into the shell and returns its output without trailing line breaks.
func (s *session) run(command string) (string, error) {
	if _, err := fmt.Fprintf(s.in, "%s\necho; echo '%s'\n", command, endOfOutput); err != nil {
		return "", err
	}
	var lines []string
	for s.out.Scan() {
		if s.out.Text() == endOfOutput {
			return strings.TrimRight(strings.Join(lines, "\n"), "\n"), nil
		}
		lines = append(lines, strings.TrimSuffix(s.out.Text(), "\r"))
	}
	return "", fmt.Errorf("the shell ended: %v, %s", s.out.Err(), strings.Join(lines, "\n"))
}

// printed is the pattern for output as a document shows it.
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

// Ensure that the Go code in the README is part of the examples, which are compiled and run.
func TestReadmeGo(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile(filepath.Join(repository, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var examples []byte
	for _, file := range []string{"server/sandbox/example_test.go", "client/example_test.go", "client/checked/example_test.go"} {
		example, err := os.ReadFile(filepath.Join(repository, file))
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
			t.Errorf("no example contains\n%s", block[1])
		}
	}
}
