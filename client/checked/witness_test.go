package checked_test

import (
	"net/http/httptest"
	"os"
	"slices"
	"testing"

	"github.com/resellerkit/resellerkit/client"
	"github.com/resellerkit/resellerkit/client/checked"
	"github.com/resellerkit/resellerkit/server/sandbox"
	"github.com/resellerkit/resellerkit/server/witness"
)

func recorders(t *testing.T) (cockpit, reports *witness.Recorder) {
	t.Helper()
	var recs []*witness.Recorder
	for _, name := range []string{"cloudcockpit", "myreports"} {
		doc, err := witness.Embedded(name)
		if err != nil {
			t.Fatal(err)
		}
		rec, err := witness.NewRecorder(doc, witness.Options{})
		if err != nil {
			t.Fatal(err)
		}
		recs = append(recs, rec)
	}
	return recs[0], recs[1]
}

// Ensure that what a client does becomes evidence: what it used, and where the service departs, whatever the base path is.
func TestWitness(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(respond(200, adaJSON))
	t.Cleanup(server.Close)
	cockpit, reports := recorders(t)
	cc, _ := newClients(t, server.URL, checked.Witness(cockpit, reports))
	for range 3 {
		if _, err := cc.CustomerUsers(contoso, microsoft).Get(t.Context(), ada); err != nil {
			t.Fatal(err)
		}
	}
	report := cockpit.Report()
	if len(report.Findings) != 1 || report.Findings[0].Place != "/nickname" || report.Findings[0].Exchanges != 3 || report.Contracts[0].Local != 1 {
		t.Errorf("%+v", report.Findings)
	}
	_, mr := newClients(t, serve(t, umaJSON), checked.Witness(cockpit, reports))
	if _, err := mr.AccountUsers(account).Get(t.Context(), uma); err != nil {
		t.Fatal(err)
	}
	if r := reports.Report(); r.Contracts[0].Exchanges != 1 || r.Contracts[0].Coverage.Operations.Seen != 1 {
		t.Errorf("%+v", r.Contracts[0])
	}
}

func serve(t *testing.T, body string) string {
	t.Helper()
	server := httptest.NewServer(respond(200, body))
	t.Cleanup(server.Close)
	return server.URL
}

// Ensure that against the sandbox, which keeps the contract, nothing departs, with bodies sent and received.
func TestWitness_Sandbox(t *testing.T) {
	t.Parallel()
	sb, err := sandbox.New(t.Context(), sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sb)
	t.Cleanup(func() { server.Close(); _ = sb.Close() })
	token, err := sb.Token("demo-csp")
	if err != nil {
		t.Fatal(err)
	}
	cockpit, _ := recorders(t)
	cc, err := client.NewCloudCockpit(client.WithBaseURL(server.URL), client.WithTenant("portal.cloudcockpit.com"), client.WithToken(token), checked.Witness(cockpit))
	if err != nil {
		t.Fatal(err)
	}
	user, err := cc.CustomerUsers(contoso, microsoft).Get(t.Context(), ada)
	if err != nil {
		t.Fatal(err)
	}
	if err := cc.CustomerUsers(contoso, microsoft).Update(t.Context(), ada, *user); err != nil {
		t.Fatal(err)
	}
	report := cockpit.Report()
	seen := 0
	for _, op := range report.Contracts[0].Operations {
		if op.Seen > 0 && slices.Contains([]string{"getCustomerUser", "updateCustomerUser"}, op.ID) {
			seen++
		}
	}
	if len(report.Findings) != 0 || seen != 2 {
		t.Errorf("%d operations seen", seen)
		_ = report.WriteText(os.Stderr, false)
	}
	if report.Contracts[0].Unread != 0 {
		t.Errorf("%d bodies were not read", report.Contracts[0].Unread)
	}
}

// Ensure that a recorder of another API is refused where the client is made.
func TestWitness_OtherAPI(t *testing.T) {
	t.Parallel()
	_, reports := recorders(t)
	if _, err := client.NewCloudCockpit(client.WithTenant("a"), client.WithToken("t"), checked.Witness(reports)); err == nil {
		t.Error("no error")
	}
}
