package sandbox_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/sandbox"
	"github.com/resellerkit/resellerkit/server/witness"
)

func recorders(t *testing.T) []*witness.Recorder {
	t.Helper()
	var list []*witness.Recorder
	for _, name := range []string{"cloudcockpit", "myreports"} {
		doc, err := witness.Embedded(name)
		if err != nil {
			t.Fatal(err)
		}
		rec, err := witness.NewRecorder(doc, witness.Options{Source: witness.SourceSandbox})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := rec.Close(); err != nil {
				t.Error(err)
			}
		})
		list = append(list, rec)
	}
	return list
}

func (b *box) report(t *testing.T) (report witness.Report) {
	t.Helper()
	a := b.do(t, call{method: "GET", target: "/_sandbox/report"})
	if err := json.Unmarshal([]byte(a.body), &report); err != nil || a.status != http.StatusOK {
		t.Fatalf("got %d %s: %v", a.status, a.body, err)
	}
	return report
}

// Ensure the report counts what a test suite uses of the contracts, without the responses that faults and Prefer make.
func TestSandbox_Report(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{Witness: recorders(t)})
	b.do(t, groupList)
	b.do(t, userList)
	b.do(t, groupList.with("Prefer", "code=500"))
	b.play(t,
		turn{name: "a fault", call: setFaults(`{"action":{"status":503},"count":1}`), status: 204},
		turn{name: "it acts", call: groupList, status: 503},
	)
	report := b.report(t)
	if len(report.Contracts) != 2 || len(report.Findings) != 0 {
		t.Fatalf("got %d contracts and the findings %+v, want two contracts without findings", len(report.Contracts), report.Findings)
	}
	cockpit := report.Contracts[0]
	if cockpit.Exchanges != 1 || cockpit.Skipped["fault"] != 1 || cockpit.Skipped["prefer"] != 1 || cockpit.Coverage.Operations.Seen != 1 {
		t.Errorf("got %+v, want one exchange, and one left out for a fault and for Prefer", cockpit)
	}
}

// Ensure that exchanges above the rate are served and counted as dropped.
func TestSandbox_WitnessRate(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{Witness: recorders(t), WitnessRate: 1})
	for range 100 {
		if a := b.do(t, groupList); a.status != http.StatusOK {
			t.Fatalf("got %d", a.status)
		}
	}
	if c := b.report(t).Contracts[0]; c.Dropped == 0 || c.Exchanges+c.Dropped < 100 {
		t.Errorf("got %d exchanges and %d dropped, want some of both", c.Exchanges, c.Dropped)
	}
}

// Ensure that a long response uses up the rate of as many short ones as it has their size: to record it takes as long.
func TestSandbox_WitnessRateOfLong(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{Witness: recorders(t), WitnessRate: 1})
	state := decode[control.State](t, response{body: b.state(t)})
	appendUsers(microsoftOf(&state), 2000)
	b.mustPut(t, marshal(t, state))
	for range 5 {
		a := b.do(t, cockpit("GET", "/Customers/"+contoso+"/users?providerInstanceId="+microsoft+"&pageSize=2000", ""))
		if a.status != http.StatusOK || len(a.body) < 100_000 {
			t.Fatalf("got %d with %d bytes", a.status, len(a.body))
		}
	}
	if c := b.report(t).Contracts[0]; c.Exchanges == 0 || c.Dropped == 0 {
		t.Errorf("got %d exchanges and %d dropped, want some of both", c.Exchanges, c.Dropped)
	}
}

// Ensure every operation is explained, and one that no document has is not found.
func TestSandbox_Explain(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	b.play(t,
		turn{name: "everything", call: call{method: "GET", target: "/_sandbox/explain"}, status: 200, has: []string{`"id":"listCustomerUsers"`, `"id":"patchAccountUser"`, `"grade":"documented"`}},
		turn{name: "one", call: call{method: "GET", target: "/_sandbox/explain?operation=listGroups"}, status: 200, has: []string{`"id":"listGroups"`}},
		turn{name: "none", call: call{method: "GET", target: "/_sandbox/explain?operation=nothing"}, status: 404, has: []string{"The contracts have no such operation."}},
	)
}

// Ensure the report of a sandbox without recorders is empty and no error.
func TestSandbox_ReportWithout(t *testing.T) {
	t.Parallel()
	sb, err := sandbox.New(t.Context(), sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer sb.Close()
	w := httptest.NewRecorder()
	sb.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://127.0.0.1/_sandbox/report", nil))
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"contracts":[]`) {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}
