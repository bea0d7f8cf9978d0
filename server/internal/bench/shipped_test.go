package main

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
)

// Ensure -shipped measures the command, over HTTP and in process, and that all its requests are accepted: a response with another
// status ends the run.
func TestRun_shipped(t *testing.T) {
	var out, progress bytes.Buffer
	baseline, err := buildCommand(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"-shipped", "-baseline", baseline, "-rounds", "1", "-duration", "20ms", "-dir", t.TempDir(),
		"-only", "^(a|(b-)?sm2|sf1|sm|sf)/"}
	if err := run(args, strings.NewReader(""), &out, &progress); err != nil {
		t.Fatalf("%v\n%s", err, &progress)
	}
	for _, want := range []string{
		"get to its update", "(sm2) the command", "(sf1) the command", "GOMAXPROCS=1",
		"(b-sm2) the command, sqlite::memory:, GOMAXPROCS=2, baseline", "as a ratio to the baseline", "mixed", "Durable creates", "64 callers", "In process",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("there is no %q in\n%s", want, &out)
		}
	}
	if strings.Contains(out.String(), "NaN") {
		t.Errorf("a figure is missing in\n%s", &out)
	}
}

// Ensure sources that are used at the same time, and one after the other, send no number twice.
func TestSource(t *testing.T) {
	t.Parallel()
	number := regexp.MustCompile(`grace\.(\d{8})@`)
	seen := map[string]bool{}
	c := shippedCaseNamed("create")
	for _, first := range []int{0, numbersPerLoad} {
		for i := range 3 {
			s := c.source(tokens{}, i, 3, first)
			for range 50 {
				found := number.FindSubmatch(s.wire())
				if found == nil || seen[string(found[1])] {
					t.Fatalf("source %d of the load from %d: number %s is missing, or was sent before", i, first, found)
				}
				seen[string(found[1])] = true
			}
		}
	}
}

// Ensure the requests of a case differ from one to the next where they change something.
func TestShippedCases(t *testing.T) {
	t.Parallel()
	for _, c := range shippedCases {
		s := c.source(tokens{}, 0, 1, 0)
		first := string(s.wire())
		second := string(s.wire())
		if method := c.requests[0].method; (method == "GET" && len(c.requests) == 1) != (first == second) {
			t.Errorf("%s: two requests are the same: %v", c.name, first == second)
		}
	}
}
