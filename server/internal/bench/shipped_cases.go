package main

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A shippedCase is a kind of request that is measured with the command. Its requests are sent in turns, and may differ.
type shippedCase struct {
	name, title string
	// reference is the case of the other servers that the ratio is about; empty if there is none.
	reference string
	// requests are sent one after the other, from the first again after the last.
	requests []benchCase
}

// counter is the place in a body for a number that differs in each request.
const counter = "########"

// shippedCases are the cases in the order of the table's columns. A case may change the users that another one reads, but not
// their number.
var shippedCases = []shippedCase{
	{name: "get", title: "get", reference: "update", requests: []benchCase{{
		api: cockpitAPI, method: "GET", status: 200, route: "/v1/Customers/" + customer + "/users/" + someUser,
		query: "providerInstanceId=" + providerInstance,
	}}},
	{name: "list25", title: "list 25", reference: "list25", requests: []benchCase{caseNamed("list25")}},
	{name: "list2000", title: "list 2,000", reference: "list2000", requests: []benchCase{caseNamed("list2000")}},
	{name: "chance", title: "page by chance", reference: "list25", requests: pagesByChance()},
	{name: "create", title: "create", reference: "create", requests: []benchCase{countedCreate()}},
	{name: "update", title: "update, same names", reference: "update", requests: alternating("update", `"location":"US"`, `"location":"DE"`)},
	{name: "rename", title: "update, renamed", reference: "update", requests: renames()},
	{name: "patch", title: "JSON Patch", reference: "patch", requests: alternating("patch", "My New Name", "My Old Name")},
}

func shippedCaseNamed(name string) shippedCase {
	return shippedCases[slices.IndexFunc(shippedCases, func(c shippedCase) bool { return c.name == name })]
}

// pagesByChance returns all pages of 25 users in an order without a pattern that a cache could follow.
func pagesByChance() []benchCase {
	const pages = userCount / 25
	list := make([]benchCase, pages)
	for i := range list {
		list[i] = caseNamed("list25")
		list[i].query = fmt.Sprintf("providerInstanceId=%s&pageNumber=%d&pageSize=25", providerInstance, 1+i*37%pages)
	}
	return list
}

// countedCreate creates a user with an e-mail of its own each time.
func countedCreate() benchCase {
	c := caseNamed("create")
	c.body = `{"firstName":"Grace","lastName":"Hopper","email":"grace.` + counter + `@contoso.example","role":{},` +
		`"groups":[{"id":"` + group + `","name":"Viewer"}]}`
	return c
}

// alternating returns a case's request as it is, and with a part of its body replaced, so that each request changes something.
func alternating(name, old, replacement string) []benchCase {
	other := caseNamed(name)
	other.body = strings.Replace(other.body, old, replacement, 1)
	return []benchCase{caseNamed(name), other}
}

// renames give 100 users one name, and then another one.
func renames() []benchCase {
	list := make([]benchCase, 200)
	for i := range list {
		id := fmt.Sprintf("a0000000-0000-4000-8000-%012d", 1+i%100)
		list[i] = caseNamed("update")
		list[i].route = "/v1/Customers/" + customer + "/users/" + id
		list[i].body = `{"providerInstanceId":"` + providerInstance + `","customerUser":{"id":"` + id + `","displayName":"Ada ` +
			strconv.Itoa(1000+i) + ` Perlman","email":"user` + fmt.Sprintf("%04d", 1+i%100) + `@contoso.example","firstName":"Ada",` +
			`"lastName":"Perlman","location":"US","temporaryPassword":null,"domain":"contoso.example"}}`
	}
	return list
}

// A source gives a connection its requests, as they go over the wire. It is for one goroutine.
type source struct {
	wires [][]byte
	// counters are the places for a number in the wires; -1 in those without one.
	counters []int
	next     int
	// number is the next number, and step what it grows by, so that no two sources use the same.
	number, step int
}

// source returns source i of n that are used at the same time. Numbers begin at first.
func (c shippedCase) source(t tokens, i, n, first int) *source {
	s := &source{next: i * len(c.requests) / n, number: first + i, step: n}
	for _, r := range c.requests {
		wire := r.wire(t)
		s.wires, s.counters = append(s.wires, wire), append(s.counters, bytes.Index(wire, []byte(counter)))
	}
	return s
}

// wire returns the next request. It is valid until the next call.
func (s *source) wire() []byte {
	i := s.next
	s.next = (s.next + 1) % len(s.wires)
	if s.counters[i] >= 0 {
		s.writeNumber(s.wires[i][s.counters[i]:])
	}
	return s.wires[i]
}

func (s *source) writeNumber(place []byte) {
	for n, i := s.number, len(counter)-1; i >= 0; n, i = n/10, i-1 {
		place[i] = '0' + byte(n%10)
	}
	s.number += s.step
}
