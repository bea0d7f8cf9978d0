package witness

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// Ensure that the document's words, its evidence and what was seen stand together, for an operation, a status, a place and a pointer.
func TestExplain(t *testing.T) {
	t.Parallel()
	doc := cloudcockpit(t)
	report := fromHAR(t, doc, Options{}, []scenario{goodList, nullList}).Report()
	for _, c := range []struct {
		operation, what string
		want            []string
	}{
		{"", "", []string{"getCustomerUser ", " guesses, 2 exchanges  GET /v1/Customers/{customerId}/users\n"}},
		{"getCustomerUser", "404", []string{
			"GET /v1/Customers/{customerId}/users/{customerUserId} → 404  openapi/cloudcockpit.yaml:", "Error: statusCode, type, description, correlationId, errors",
			"inferred   The tail of the page was not seen; the update of the same resource declares it.", "seen       0 of 0", "decided    ",
		}},
		{"listCustomerUsers", "200", []string{"CustomerUserPage: items,", "documented ", "seen       2 of 2", "/totalCount nullable"}},
		{"listCustomerUsers", "/items/*/id", []string{"format: uuid", "seen       4 of 4"}},
		{"listCustomerUsers", "query searchValue", []string{"inferred   documents/001", "seen       0 of 2"}},
		{"listCustomerUsers", "", []string{"List the Microsoft users of a customer", "decided    ", "differs    "}},
		{"#/components/schemas/CustomerUserPage/properties/totalCount", "", []string{"type: integer", "nullable"}},
	} {
		e, err := Explain(doc, report, c.operation, c.what)
		if err != nil {
			t.Errorf("%s %s: %v", c.operation, c.what, err)
			continue
		}
		var text bytes.Buffer
		if err := e.WriteText(&text); err != nil {
			t.Fatal(err)
		}
		for _, want := range c.want {
			if !strings.Contains(text.String(), want) {
				t.Errorf("%s %s: the text lacks %q:\n%s", c.operation, c.what, want, text.String())
			}
		}
	}
	for _, c := range [][2]string{{"typo", ""}, {"getCustomerUser", "418"}, {"getCustomerUser", "/typo"}, {"#/typo", ""}} {
		if _, err := Explain(doc, nil, c[0], c[1]); !errors.Is(err, ErrUnknownPlace) {
			t.Errorf("%v: %v", c, err)
		}
	}
	if e, err := Explain(doc, nil, "getCustomerUser", "404"); err != nil || e.Seen != 0 {
		t.Errorf("without a report: %v", err)
	}
}

// Ensure that a description has every operation with what it says, on what evidence, and how often it was seen.
func TestDescribe(t *testing.T) {
	t.Parallel()
	doc := cloudcockpit(t)
	report := fromHAR(t, doc, Options{}, []scenario{goodList, nullList}).Report()
	all, err := Describe([]*Document{doc}, report, "", "", "")
	if err != nil || len(all.Contracts) != 1 || len(all.Contracts[0].Operations) != len(doc.operations) || all.Contracts[0].Title != "CloudCockpit users API" {
		t.Fatalf("%v, %+v", err, all)
	}
	one, err := Describe([]*Document{doc}, report, "listCustomerUsers", "200", "")
	if err != nil || len(one.Contracts[0].Operations) != 1 || len(one.Contracts[0].Operations[0].Responses) != 1 {
		t.Fatalf("%v, %+v", err, one)
	}
	op := one.Contracts[0].Operations[0]
	ok := op.Responses[0]
	if op.Seen != 2 || ok.Seen != 2 || op.Guesses == 0 || len(op.Sentences) == 0 || len(op.Parameters) < 10 || op.Tag == "" || ok.Evidence.Grade != "documented" {
		t.Errorf("%+v", op)
	}
	page := ok.Media[0].Schema
	if page.Ref != "CustomerUserPage" || ok.Media[0].Example == nil || len(page.Members) != 7 {
		t.Fatalf("%+v", page)
	}
	user := page.Members[0].Items
	for _, m := range user.Members {
		if m.Name == "displayName" && (m.Type != "string" || !m.Nullable || !m.Required || m.Limits != "at most 50 characters" || m.Seen != 4) {
			t.Errorf("%+v", m)
		}
	}
	for _, c := range [][2]string{{"typo", ""}, {"listCustomerUsers", "418"}} {
		if _, err := Describe([]*Document{doc}, nil, c[0], c[1], ""); !errors.Is(err, ErrUnknownPlace) {
			t.Errorf("%v: %v", c, err)
		}
	}
	if d, err := Describe([]*Document{doc}, nil, "", "", "#/components/schemas/License"); err != nil || len(d.Contracts[0].Operations) != 2 {
		t.Errorf("by pointer: %v, %d operations", err, len(d.Contracts[0].Operations))
	}
	if _, err := Describe([]*Document{doc}, nil, "", "", ""); err != nil {
		t.Errorf("without a report: %v", err)
	}
}

// Ensure that parameters of the path are described, but for those that the operation declares anew.
func TestDescribe_PathParameters(t *testing.T) {
	t.Parallel()
	doc := newTestDocument(t, "any", `openapi: 3.0.3
info: {title: any, version: "1"}
paths:
  /{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}, {name: a, in: query, schema: {type: string}}]
    get: {operationId: get, parameters: [{name: a, in: query, schema: {type: integer}}], responses: {"204": {description: ok}}}
`)
	d, err := Describe([]*Document{doc}, nil, "", "", "")
	if err != nil {
		t.Fatal(err)
	}
	got := d.Contracts[0].Operations[0].Parameters
	if len(got) != 2 || got[0].Name != "a" || got[0].Schema.Type != "integer" || got[1].Name != "id" || !got[1].Required {
		t.Errorf("got %+v", got)
	}
}

// Ensure that a schema that is part of itself is described once.
func TestDescribe_Recursive(t *testing.T) {
	t.Parallel()
	doc := newTestDocument(t, "tree", `openapi: 3.0.3
info: {title: tree, version: "1"}
paths:
  /tree:
    get: {operationId: getTree, responses: {"200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Tree"}}}}}}
components:
  schemas:
    Tree: {type: object, properties: {name: {type: string}, children: {type: array, items: {$ref: "#/components/schemas/Tree"}}}}
`)
	d, err := Describe([]*Document{doc}, nil, "", "", "")
	if err != nil {
		t.Fatal(err)
	}
	tree := d.Contracts[0].Operations[0].Responses[0].Media[0].Schema
	if again := tree.Members[1].Items; !again.Recursive || again.Members != nil || tree.Recursive {
		t.Errorf("%+v", again)
	}
}
