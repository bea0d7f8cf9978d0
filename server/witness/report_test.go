package witness

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// allDeviations is the report of a run of all deviations, twice.
func allDeviations(t *testing.T) *Report {
	t.Helper()
	doc := cloudcockpit(t)
	var all []scenario
	for _, d := range deviations() {
		if !d.notHAR {
			all = append(all, goodList, d.exchange, d.exchange)
		}
	}
	return fromHAR(t, doc, Options{Upstream: "https://api.cloudcockpit.com"}, all).Report()
}

// Ensure that the text has a line for each finding, by class, and says what was never seen where that is asked for.
func TestReport_Text(t *testing.T) {
	t.Parallel()
	report := allDeviations(t)
	var brief, verbose bytes.Buffer
	if err := report.WriteText(&brief, false); err != nil {
		t.Fatal(err)
	}
	if err := report.WriteText(&verbose, true); err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		if strings.Count(brief.String(), "  "+f.ID+"  ") != 1 {
			t.Errorf("finding %s is not on one line", f.ID)
		}
	}
	for _, want := range []string{
		"cloudcockpit (openapi/cloudcockpit.yaml): 45 exchanges with https://api.cloudcockpit.com", " of operations (", " of statuses (", " of response members (",
		"\ndiffers: ", "\nnew: ", "\nforeign: ", "listCustomerUsers 200 /totalCount  nullable", "got null × 2, 2 of 33", "openapi/cloudcockpit.yaml:",
	} {
		if !strings.Contains(brief.String(), want) {
			t.Errorf("the text lacks %q", want)
		}
	}
	if strings.Contains(brief.String(), "never seen") || !strings.Contains(verbose.String(), "getCustomerUser: never called") ||
		!strings.Contains(verbose.String(), "query searchValue") {
		t.Error("what is missing stands in the wrong text")
	}
	if t.Failed() {
		t.Log(brief.String())
	}
}

// Ensure that more findings than a person reads are cut to the most frequent.
func TestReport_TextIsShort(t *testing.T) {
	t.Parallel()
	report := &Report{}
	for i := range 120 {
		report.Findings = append(report.Findings, &Finding{ID: "f", Class: Differs, Place: "/a" + itoa(i), Rule: "type", Exchanges: int64(i)})
	}
	var b bytes.Buffer
	if err := report.WriteText(&b, false); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(b.String(), "  type"); got != maxTextFindings || !strings.Contains(b.String(), "70 more findings") || !strings.Contains(b.String(), "/a119") {
		t.Errorf("%d findings are shown", got)
	}
}

// Ensure that SARIF has what code scanning asks for: a rule, a message, a location with a line, a fingerprint, and the right level.
func TestReport_SARIF(t *testing.T) {
	t.Parallel()
	report := allDeviations(t)
	report.Findings[0].Accepted = "known"
	var b bytes.Buffer
	if err := report.WriteSARIF(&b); err != nil {
		t.Fatal(err)
	}
	var log sarifLog
	dec := json.NewDecoder(&b)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	if log.Version != "2.1.0" || log.Schema == "" || len(log.Runs) != 1 || run.Tool.Driver.Name != "resellerkit" || len(run.Results) != len(report.Findings) {
		t.Fatalf("%d results in %d runs", len(run.Results), len(log.Runs))
	}
	levels := map[Class]string{Differs: "error", New: "warning", Strict: "note", Yours: "note", Foreign: "note"}
	for i, result := range run.Results {
		f := report.Findings[i]
		at := result.Locations[0].PhysicalLocation
		if result.RuleID != f.Rule || run.Tool.Driver.Rules[result.RuleIndex].ID != f.Rule || result.Level != levels[f.Class] || result.Message.Text == "" ||
			at.ArtifactLocation.URI != "openapi/cloudcockpit.yaml" || at.Region.StartLine < 1 || result.PartialFingerprints["resellerkitFinding/v1"] != f.ID {
			t.Errorf("result %d: %+v", i, result)
		}
	}
	if len(run.Results[0].Suppressions) != 1 || run.Results[1].Suppressions != nil {
		t.Error("what is accepted is not suppressed")
	}
	lines := map[int]bool{}
	for _, result := range run.Results {
		lines[result.Locations[0].PhysicalLocation.Region.StartLine] = true
	}
	if len(lines) < 8 {
		t.Errorf("the findings are on %d lines", len(lines))
	}
}

// Ensure that the numbers of JUnit's attributes are those of its elements, and that a failure stands where it happened.
func TestReport_JUnit(t *testing.T) {
	t.Parallel()
	report := allDeviations(t)
	for level, want := range map[Level][]string{
		FailNone: nil, FailDiffers: {"200", "401", "request"}, FailNew: {"200", "204", "400", "401", "request"},
	} {
		var b bytes.Buffer
		if err := report.WriteJUnit(&b, level); err != nil {
			t.Fatal(err)
		}
		var all junitSuites
		if err := xml.Unmarshal(b.Bytes(), &all); err != nil {
			t.Fatal(err)
		}
		tests, failures := 0, 0
		var failed []string
		for _, suite := range all.Suites {
			bad := 0
			for _, c := range suite.Cases {
				tests++
				if len(c.Failures) > 0 {
					bad++
				}
				if suite.Name == "cloudcockpit listCustomerUsers" && len(c.Failures) > 0 {
					failed = append(failed, c.Name)
				}
				if c.Name == "" || c.ClassName == "" || c.Time == "" {
					t.Errorf("case %+v lacks an attribute", c)
				}
			}
			failures += bad
			if suite.Failures != bad || suite.Tests != len(suite.Cases) || suite.Name == "" {
				t.Errorf("suite %s says %d of %d", suite.Name, suite.Failures, suite.Tests)
			}
		}
		slices.Sort(failed)
		if all.Tests != tests || all.Failures != failures || !slices.Equal(failed, want) {
			t.Errorf("%s: %d tests, %d failures, in %v, want %v", level, all.Tests, all.Failures, failed, want)
		}
	}
}

// Ensure that the page needs nothing from elsewhere, runs nothing, and escapes what came from evidence.
func TestReport_HTML(t *testing.T) {
	t.Parallel()
	report := allDeviations(t)
	report.Findings[0].Place = "/<script>alert(1)</script>"
	var b bytes.Buffer
	if err := report.WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	for _, never := range []string{"<script", "src=", "href=", "url(", "@import"} {
		if strings.Contains(b.String(), never) {
			t.Errorf("the page has %s", never)
		}
	}
	for _, f := range report.Findings {
		if !strings.Contains(b.String(), f.ID) {
			t.Errorf("the page lacks %s", f.ID)
		}
	}
}

// Ensure that a known departure does not hide another one, and comes back when its day has passed.
func TestReport_Accept(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 27, 23, 0, 0, 0, time.UTC)
	report := fromHAR(t, cloudcockpit(t), Options{}, []scenario{nullList}).Report()
	id := report.Findings[0].ID
	if report.Exit(FailDiffers) != ExitFindings || report.Exit(FailNone) != ExitClean {
		t.Fatal("exit code before")
	}
	accept := func(until string) string {
		return "accept:\n  - {id: " + id + ", until: " + until + ", reason: told the vendor}\n  - {id: 000000000000, until: 2027-01-01, reason: gone}\n"
	}
	if err := report.Accept([]byte(accept("2026-11-26")), now); err != nil || report.Exit(FailDiffers) != ExitFindings || len(report.Notes) != 2 {
		t.Errorf("expired: %v, notes %q", err, report.Notes)
	}
	if err := report.Accept([]byte(accept("2026-11-27")), now); err != nil || report.Exit(FailDiffers) != ExitClean || report.Findings[0].Accepted != "told the vendor" {
		t.Errorf("accepted: %v, %+v", err, report.Findings[0])
	}
	for name, file := range map[string]string{
		"no reason": "accept: [{id: " + id + ", until: 2027-01-01}]", "no day": "accept: [{id: " + id + ", reason: x}]", "typo": "accepted: []",
		"a bad id": "accept: [{id: x, until: 2027-01-01, reason: y}]", "not YAML": "\t:", "too large": strings.Repeat("#", maxAccept+1),
	} {
		if err := report.Accept([]byte(file), now); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestReport_MinimumCoverage(t *testing.T) {
	t.Parallel()
	report := fromHAR(t, cloudcockpit(t), Options{}, []scenario{goodList}).Report()
	least, err := ParseMinimum("operations=1, statuses=1,members=1")
	if err != nil {
		t.Fatal(err)
	}
	if report.Require(least); len(report.Unmet) != 0 || report.Exit(FailNew) != ExitClean {
		t.Errorf("unmet %q", report.Unmet)
	}
	if report.Require(Minimum{Operations: 100}); len(report.Unmet) != 1 || report.Exit(FailNone) != ExitFindings {
		t.Errorf("unmet %q", report.Unmet)
	}
	for _, bad := range []string{"operations", "operations=x", "operations=101", "operations=-1", "other=1", "operations=1,,"} {
		if _, err := ParseMinimum(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	if m, err := ParseMinimum(""); err != nil || m != (Minimum{}) {
		t.Error("empty")
	}
}

// Ensure that coverage says what was seen, at each level, and what is missing.
func TestReport_Coverage(t *testing.T) {
	t.Parallel()
	refused := scenario{"GET", usersPath + "&pageSize=abc&sortPropertyName=DisplayName", "", 400, jsonHeader(), strings.ReplaceAll(errorBody, "409", "400")}
	sorted := scenario{"GET", usersPath + "&sortPropertyName=DisplayName", "", 200, jsonHeader(), usersPage}
	c := fromHAR(t, cloudcockpit(t), Options{}, []scenario{goodList, sorted, refused}).Report().Contracts[0]
	cov := c.Coverage
	i := slices.IndexFunc(c.Operations, func(o *OperationCoverage) bool { return o.ID == "listCustomerUsers" })
	o := c.Operations[i]
	if cov.Operations.Seen != 1 || cov.Statuses.Seen != 2 || o.Seen != 3 || o.Success != 2 || o.Failure != 1 || o.Method != http.MethodGet || o.Line == 0 {
		t.Errorf("coverage %+v, %+v", cov, o)
	}
	for _, want := range []string{"/continuationToken of 200 left out", "status 401", "query searchValue", "query sortPropertyName as UserPrincipalName", "/items/*/domain of 200 as null"} {
		if !slices.Contains(o.Missing, want) {
			t.Errorf("%q is not said to be missing", want)
		}
	}
	for _, not := range []string{"/items/*/lastName of 200 as null", "query sortPropertyName as DisplayName", "query sortPropertyName left out", "status 200"} {
		if slices.Contains(o.Missing, not) {
			t.Errorf("%q is said to be missing", not)
		}
	}
	if !slices.Contains(o.Confirmed, "query /pageSize: type") {
		t.Errorf("confirmed %q", o.Confirmed)
	}
	if t.Failed() {
		t.Logf("%q", o.Missing)
	}
}

// Ensure that a request that fits and is refused counts against the document only as long as none was accepted.
func TestReport_Refused(t *testing.T) {
	t.Parallel()
	refused := scenario{"GET", usersPath, "", 400, jsonHeader(), strings.ReplaceAll(errorBody, "409", "400")}
	for _, c := range []struct {
		all  []scenario
		want Class
	}{{[]scenario{refused, refused}, Differs}, {[]scenario{refused, goodList}, Yours}} {
		list := fromHAR(t, cloudcockpit(t), Options{}, c.all).Report().Findings
		if len(list) != 1 || list[0].Rule != ruleRefused || list[0].Class != c.want {
			t.Errorf("%+v, want %s", list, c.want)
		}
	}
}
