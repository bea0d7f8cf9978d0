package witness

import (
	"encoding/xml"
	"io"
	"maps"
	"slices"
	"strings"
)

// The elements of JUnit's XML.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Time     string      `xml:"time,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name      string         `xml:"name,attr"`
		ClassName string         `xml:"classname,attr"`
		Time      string         `xml:"time,attr"`
		Failures  []junitFailure `xml:"failure"`
		Skipped   *junitSkipped  `xml:"skipped"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
	junitSkipped struct {
		Message string `xml:"message,attr"`
	}
)

// WriteJUnit writes the report as test results. Each operation is a suite, with a case for its requests and one for each status. Findings
// of the level are failures, and a case of which nothing was seen is skipped.
func (r *Report) WriteJUnit(w io.Writer, level Level) error {
	all := junitSuites{Name: "resellerkit witness"}
	for _, c := range r.Contracts {
		for _, op := range c.Operations {
			all.add(r.suite(c, op, level))
		}
		if other := r.failuresOf(c.Name, "", 0, level); len(other) > 0 {
			all.add(junitSuite{Name: c.Name, Cases: []junitCase{{Name: "paths", ClassName: c.Name, Failures: other}}})
		}
	}
	if len(r.Unmet) > 0 {
		all.add(junitSuite{Name: "coverage", Cases: []junitCase{{
			Name: "minimum", ClassName: "coverage",
			Failures: []junitFailure{{"coverage is below the minimum", "coverage", strings.Join(r.Unmet, "\n")}},
		}}})
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (s *junitSuites) add(suite junitSuite) {
	suite.Time = "0"
	for i := range suite.Cases {
		c := &suite.Cases[i]
		c.Time = "0"
		suite.Tests++
		if len(c.Failures) > 0 {
			suite.Failures++
		} else if c.Skipped != nil {
			suite.Skipped++
		}
	}
	s.Tests += suite.Tests
	s.Failures += suite.Failures
	s.Suites = append(s.Suites, suite)
}

func (r *Report) suite(c *ContractReport, op *OperationCoverage, level Level) junitSuite {
	suite := junitSuite{Name: c.Name + " " + op.ID}
	add := func(name string, status int, seen int64) {
		tc := junitCase{Name: name, ClassName: c.Name + "." + op.ID, Failures: r.failuresOf(c.Name, op.ID, status, level)}
		if seen == 0 && len(tc.Failures) == 0 {
			tc.Skipped = &junitSkipped{"never seen"}
		}
		suite.Cases = append(suite.Cases, tc)
	}
	add("request", 0, op.Seen)
	covered := map[int]bool{}
	for _, s := range op.Statuses {
		covered[statusOf(s.Status)] = true
		add(s.Status, statusOf(s.Status), s.Seen)
	}
	others := map[int]bool{}
	for _, f := range r.Findings {
		if f.Contract == c.Name && f.Operation == op.ID && f.Status != 0 && !covered[f.Status] {
			others[f.Status] = true
		}
	}
	for _, status := range slices.Sorted(maps.Keys(others)) {
		add(statusText(status), status, 1)
	}
	return suite
}

// failuresOf returns the findings of an operation and a status as failures. Status 0 is the request. Operation "" selects the paths that
// match no operation, whatever their status.
func (r *Report) failuresOf(contract, operation string, status int, level Level) []junitFailure {
	var list []junitFailure
	for _, f := range r.Failing(level) {
		if f.Contract == contract && f.Operation == operation && (f.Status == status || operation == "") {
			list = append(list, junitFailure{f.message(), f.Rule, f.line(r)})
		}
	}
	return list
}
