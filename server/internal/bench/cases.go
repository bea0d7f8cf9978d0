package main

import (
	"bytes"
	"fmt"
	"regexp"
)

// An api is one of the two APIs. A token is valid for one of them.
type api int

const (
	cockpitAPI api = iota
	reportsAPI
)

// A benchCase is a request with the expected status.
type benchCase struct {
	name, title  string
	api          api
	method       string
	route, query string
	body         string
	status       int
	counts       bool // the response has a counter or a time, so that its digits differ from one response to the next
}

const (
	tenantDomain  = "portal.cloudcockpit.com"
	correlationID = "6f1f4a52-8f0e-4d58-9d3f-0d2b6c1c7a10"

	customer         = "c0000000-0000-4000-8000-000000000001"
	providerInstance = "b0000000-0000-4000-8000-000000000001"
	someUser         = "a0000000-0000-4000-8000-000000001000"
	account          = "e0000000-0000-4000-8000-000000000001"
	member           = "f0000000-0000-4000-8000-000000000001"
	group            = "90000000-0000-4000-8000-000000000002"
)

// cases are measured in any order and any number of times. None may change the response to another: the update, for example, writes
// the values that the user has.
var cases = []benchCase{
	{
		name: "list25", title: "list 25", api: cockpitAPI, method: "GET", status: 200,
		route: "/v1/Customers/" + customer + "/users", query: "providerInstanceId=" + providerInstance + "&pageNumber=1&pageSize=25",
	},
	{
		name: "list2000", title: "list 2,000", api: cockpitAPI, method: "GET", status: 200,
		route: "/v1/Customers/" + customer + "/users", query: "providerInstanceId=" + providerInstance + "&pageNumber=1&pageSize=2000",
	},
	{
		name: "create", title: "create", api: cockpitAPI, method: "POST", status: 201, counts: true,
		route: "/v1/customer/" + customer + "/users",
		body: `{"firstName":"Grace","lastName":"Hopper","email":"grace.hopper@contoso.example","role":{},` +
			`"groups":[{"id":"` + group + `","name":"Viewer"}]}`,
	},
	{
		name: "update", title: "update", api: cockpitAPI, method: "PATCH", status: 200,
		route: "/v1/Customers/" + customer + "/users/" + someUser,
		body: `{"providerInstanceId":"` + providerInstance + `","customerUser":{"id":"` + someUser + `","displayName":"Grace 1000 Perlman",` +
			`"email":"user1000@contoso.example","firstName":"Grace","lastName":"Perlman","location":"US",` +
			`"temporaryPassword":null,"domain":"contoso.example"}}`,
	},
	{
		name: "patch", title: "JSON Patch", api: reportsAPI, method: "PATCH", status: 200, counts: true,
		route: "/api/v1.0/accounts/" + account + "/users/" + member,
		body: `[{"op":"replace","path":"/displayName","value":"My New Name"},` +
			`{"op":"replace","path":"/roles","value":["account.user","user.admin"]}]`,
	},
}

// tokens are the bearer tokens that a server accepts, one for each API.
type tokens [2]string

// wire is the request as bytes on the wire.
func (c benchCase) wire(t tokens) []byte {
	var b bytes.Buffer
	target := c.route
	if c.query != "" {
		target += "?" + c.query
	}
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n", c.method, target)
	fmt.Fprintf(&b, "Authorization: Bearer %s\r\nX-Tenant: %s\r\nX-Correlation-Id: %s\r\n", t[c.api], tenantDomain, correlationID)
	if c.body != "" {
		fmt.Fprintf(&b, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(c.body))
	}
	fmt.Fprintf(&b, "\r\n%s", c.body)
	return b.Bytes()
}

var digits = regexp.MustCompile("[0-9]")

// steady returns the part of a body that is the same in every response to the case.
func (c benchCase) steady(body []byte) string {
	if c.counts {
		return digits.ReplaceAllString(string(body), "0")
	}
	return string(body)
}

// A cell is a server and a case: one field of the tables.
type cell struct{ variant, bench string }

// choose returns the cells that only matches. The servers of one case follow each other, so that they are measured at nearly the same
// time.
func choose(only *regexp.Regexp) []cell {
	var cells []cell
	for _, c := range cases {
		for _, v := range variants {
			if only.MatchString(v.key + "/" + c.name) {
				cells = append(cells, cell{v.key, c.name})
			}
		}
	}
	return cells
}

func caseNamed(name string) benchCase {
	for _, c := range cases {
		if c.name == name {
			return c
		}
	}
	panic("no case " + name)
}
