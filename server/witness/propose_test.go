package witness

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// manyChanges are exchanges after which a document has much to learn.
func manyChanges() []scenario {
	conflict := deviations()[0].exchange
	return []scenario{
		goodList, nullList, list(`"firstName":"Ada"`, `"firstName":"Ada","userType":"Guest","since":"2026-11-27T10:00:00Z"`),
		list(`,"domain":"contoso.example"`, ""), conflict,
		{"GET", usersPath + "&sortPropertyName=Location", "", 200, jsonHeader(), usersPage},
		{"GET", usersPath, "", 400, jsonHeader("Content-Type", "application/problem+json"), `{"title":"Bad Request","status":400}`},
	}
}

func propose(t *testing.T, doc *Document, opts ProposeOptions, all ...scenario) (*Proposal, *Report) {
	t.Helper()
	m := newMerger(doc)
	run := runOf(t, doc, all...)
	for range 3 {
		m.add(run)
	}
	report := m.report()
	proposal, err := Propose(report, doc.Name, opts)
	if err != nil {
		t.Fatal(err)
	}
	return proposal, report
}

// Ensure that git takes the diff, that comments and order stay, and that the result says what was seen and on what it rests.
func TestPropose_Diff(t *testing.T) {
	t.Parallel()
	doc := cloudcockpit(t)
	proposal, _ := propose(t, doc, ProposeOptions{}, manyChanges()...)
	diff, err := proposal.Diff()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "openapi", "cloudcockpit.yaml")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, doc.Data, 0o600); err != nil {
		t.Fatal(err)
	}
	apply := exec.Command("git", "apply", "-")
	apply.Dir, apply.Stdin = dir, strings.NewReader(string(diff))
	if out, err := apply.CombinedOutput(); err != nil {
		t.Fatalf("git apply: %v: %s\n%s", err, out, diff)
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != string(proposal.Result) {
		t.Fatalf("git made another file: %v", err)
	}
	for _, want := range []string{
		`        "409":
          description: Seen; no page prints it.
          x-evidence: {grade: observed, source: "witness", seen: 3, of: 3, first: 2026-11-27, last: 2026-11-27}
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Error"}
        "500": `,
		"type: integer\n          nullable: true\n          format: int32", `was: documented, source: "documents/001…, Responses, OK", seen: 3, of: 15, "null": 3`,
		"        userType:\n          type: string\n          readOnly: true\n", "        since:\n          type: string\n          format: date-time\n",
		"      required: [displayName, email, location]\n", "            enum: [DisplayName, UserPrincipalName, Location]\n", "        application/problem+json:\n",
	} {
		if !strings.Contains(string(got), want) {
			t.Errorf("the result lacks\n%s", want)
		}
	}
	for _, line := range strings.Split(string(doc.Data), "\n") {
		if at := strings.Index(line, "#"); at >= 0 && strings.TrimSpace(line)[0] == '#' && !strings.Contains(string(got), line) {
			t.Errorf("the comment %q is gone", line)
		}
	}
	if !strings.Contains(string(diff), "The description of these operations changes: ") || !slices.Contains(proposal.Changed, "getCustomerUser") {
		t.Errorf("changed %v", proposal.Changed)
	}
	for _, left := range proposal.Unsettled {
		if left.Finding.Class != Yours {
			t.Errorf("left: %s: %s", left.Finding.line(&Report{}), left.Why)
		}
	}
	if t.Failed() {
		t.Logf("%s", diff)
	}
}

// Ensure that a type that is always another one, and an integer that is a number at times, become what was seen.
func TestPropose_Type(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ value, want string }{{`"1"`, "string"}, {`1.5`, "number"}} {
		proposal, _ := propose(t, cloudcockpit(t), ProposeOptions{}, list(`"totalPages":1`, `"totalPages":`+c.value), list(`"totalPages":1`, `"totalPages":`+c.value))
		if !strings.Contains(string(proposal.Result), "        totalPages:\n          type: "+c.want+"\n          x-omitempty: false\n") {
			diff, _ := proposal.Diff()
			t.Errorf("%s: %s", c.value, diff)
		}
	}
}

// Ensure that what is rare, or rests on one run, or is not the service's departure, is not proposed, with the reason.
func TestPropose_Unsettled(t *testing.T) {
	t.Parallel()
	doc := cloudcockpit(t)
	one := func(opts ProposeOptions, all ...scenario) string {
		t.Helper()
		proposal, err := Propose(twoRunsOf(t, doc, all...), doc.Name, opts)
		if err != nil {
			t.Fatal(err)
		}
		if len(proposal.Unsettled) != 1 || !proposal.Empty() {
			t.Fatalf("left %d, empty %v", len(proposal.Unsettled), proposal.Empty())
		}
		return proposal.Unsettled[0].Why
	}
	mixed := []scenario{list(`"totalPages":1`, `"totalPages":"1"`), list(`"totalPages":1`, `"totalPages":1`)}
	all := deviations()
	for name, c := range map[string]struct{ got, want string }{
		"rare":     {one(ProposeOptions{Min: 5}, nullList), "fewer than 5 exchanges"},
		"one run":  {one(ProposeOptions{Min: 1, Runs: 3}, all[0].exchange), "fewer than 3 runs"},
		"gateway":  {one(ProposeOptions{Min: 1}, all[11].exchange), "class foreign"},
		"mixed":    {one(ProposeOptions{Min: 1}, mixed...), "several types were seen"},
		"case":     {one(ProposeOptions{Min: 1}, all[14].exchange), notInOpenAPI},
		"path":     {one(ProposeOptions{Min: 1}, all[9].exchange), "must be written by hand"},
		"query":    {one(ProposeOptions{Min: 1}, all[8].exchange), "declare it by hand"},
		"no enum":  {one(ProposeOptions{Min: 1}, scenario{"GET", usersPath + "&sortPropertyName=a%20b", "", 200, jsonHeader(), usersPage}), "do not look like names"},
		"body 401": {one(ProposeOptions{Min: 1}, all[7].exchange), notInOpenAPI},
	} {
		if !strings.Contains(c.got, c.want) {
			t.Errorf("%s: %q, want %q", name, c.got, c.want)
		}
	}
	empty, err := Propose(twoRunsOf(t, doc, goodList), doc.Name, ProposeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if diff, err := empty.Diff(); err != nil || string(diff) != "# Nothing is proposed.\n" {
		t.Errorf("%q, %v", diff, err)
	}
	if _, err := Propose(&Report{}, "cloudcockpit", ProposeOptions{}); err == nil {
		t.Error("a proposal without evidence")
	}
}

func twoRunsOf(t *testing.T, doc *Document, all ...scenario) *Report {
	t.Helper()
	m := newMerger(doc)
	run := runOf(t, doc, all...)
	m.add(run)
	m.add(run)
	return m.report()
}

// Ensure that nothing is proposed from an upstream that was not verified, and from this machine only where it is asked for.
func TestPropose_Sources(t *testing.T) {
	t.Parallel()
	doc := cloudcockpit(t)
	for _, c := range []struct {
		opts Options
		ask  ProposeOptions
		ok   bool
	}{
		{Options{Unverified: true}, ProposeOptions{Local: true}, false}, {Options{Local: true}, ProposeOptions{}, false}, {Options{Local: true}, ProposeOptions{Local: true}, true},
	} {
		report := fromHAR(t, doc, c.opts, []scenario{nullList, nullList, nullList}).Report()
		proposal, err := Propose(report, doc.Name, c.ask)
		if (err == nil) != c.ok || c.ok && proposal.Empty() {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// Ensure that a guess that was seen and never contradicted becomes an observation that says what it was, and that what is documented
// is not touched.
func TestPropose_Grades(t *testing.T) {
	t.Parallel()
	doc := cloudcockpit(t)
	one := scenario{"GET", userPath + "?providerInstanceId=b0000000-0000-4000-8000-000000000001", "", 200, jsonHeader(), oneUser}
	missing := scenario{"GET", userPath + "?providerInstanceId=b0000000-0000-4000-8000-000000000001", "", 404, jsonHeader(), strings.ReplaceAll(errorBody, "409", "404")}
	proposal, _ := propose(t, doc, ProposeOptions{Grades: true}, one, missing)
	result, err := NewDocument("cloudcockpit", "c.yaml", proposal.Result)
	if err != nil {
		t.Fatal(err)
	}
	said := result.find("#/paths/~1v1~1Customers~1{customerId}~1users~1{customerUserId}/get/x-evidence/responses/404").value
	for key, want := range map[string]string{"grade": "observed", "was": "inferred", "seen": "3", "of": "6", "first": "2026-11-27"} {
		if got := text(said, key); got != want {
			t.Errorf("%s: %s, want %s", key, got, want)
		}
	}
	if text(said, "reason") == "" {
		t.Error("the reason is gone")
	}
	for i := 0; i < len(proposal.edits); i++ {
		if e := proposal.edits[i]; text(e.Value, "was") == "documented" {
			t.Errorf("%s was documented", e.Pointer)
		}
	}
}

// Ensure that an overlay makes the same document, however the document is written.
func TestPropose_Overlay(t *testing.T) {
	t.Parallel()
	doc := cloudcockpit(t)
	other := strings.Replace(string(doc.Data), "openapi: 3.0.3", "openapi:    3.0.3", 1)
	restyled := newTestDocument(t, "cloudcockpit", other)
	proposal, _ := propose(t, restyled, ProposeOptions{}, manyChanges()...)
	if _, err := proposal.Diff(); err != ErrRoundTrip {
		t.Errorf("diff: %v", err)
	}
	overlay, err := proposal.Overlay()
	if err != nil {
		t.Fatal(err)
	}
	have := applyOverlay(t, restyled.Data, overlay)
	var want any
	if err := yaml.Unmarshal(proposal.Result, &want); err != nil {
		t.Fatal(err)
	}
	if diff := diffValues("", have, want); diff != "" {
		t.Errorf("the overlay makes another document: %s\n%s", diff, overlay)
	}
}

// Ensure that our documents are in the style in which yaml.v3 writes them, so that a proposal is a diff of nothing but itself.
func TestPropose_RoundTrip(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"cloudcockpit", "myreports"} {
		doc := embeddedDocument(t, name)
		if err := doc.roundTrip(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
