package contract

import (
	"bytes"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// drawnOptions is how many different options tests draw from: few enough to compile a document with all of them.
const drawnOptions = 96

// OptionsOf returns the options that a number stands for, spread over all that decide what is checked. 0 stands for the defaults with
// all formats.
func OptionsOf(n uint8) Options {
	n %= drawnOptions
	digits := uint64(n) * 0x9E3779B97F4A7C15 // which spreads the number over all bits
	digits ^= digits >> 29
	digit := func(base uint64) int {
		d := digits % base
		digits /= base
		return int(d)
	}
	policy := func() Policy { return Policy(digit(4)) }
	o := Options{IgnoreCase: digit(2) == 1, Observe: digit(4) == 3}
	if digit(2) == 1 {
		o.Charsets = []string{"UTF-8"}
	}
	switch digit(4) {
	case 0:
		o.Formats = map[string]func([]byte) bool{"uuid": nil, "email": nil, "uri": nil, "ipv4": nil, "ipv6": nil, "hostname": nil}
	case 1:
		o.Formats = map[string]func([]byte) bool{"uuid": nil}
	case 2:
		o.Formats = map[string]func([]byte) bool{"uuid": func(text []byte) bool { return len(text) == 36 }, "email": func(text []byte) bool { return bytes.Contains(text, []byte("@")) }}
	}
	o.Undeclared, o.UndeclaredParameters, o.UndeclaredHeaders = policy(), policy(), policy()
	o.UndeclaredStatuses, o.ImpliedStatuses = policy(), policy()
	if digit(3) > 0 {
		d := &o.Departures
		for _, p := range []*Policy{&d.Case, &d.Boolean, &d.Enum, &d.Integer, &d.Empty, &d.Body, &d.UUID, &d.Escape, &d.BOM, &d.MediaType} {
			*p = policy()
		}
	}
	return o
}

// A Drawn compiles a document once with each of the options that tests draw, changed by Change if that is not nil.
type Drawn struct {
	Doc    *openapi3.T
	Change func(*Options)

	mu       sync.Mutex
	compiled map[uint8]*Contract
}

// Of returns the contract with the options of a number.
func (d *Drawn) Of(t interface{ Fatal(...any) }, n uint8) *Contract {
	d.mu.Lock()
	defer d.mu.Unlock()
	n %= drawnOptions
	if c := d.compiled[n]; c != nil {
		return c
	}
	opts := OptionsOf(n)
	if d.Change != nil {
		d.Change(&opts)
	}
	c, err := New(d.Doc, opts)
	if err != nil {
		t.Fatal(err)
	}
	if d.compiled == nil {
		d.compiled = map[uint8]*Contract{}
	}
	d.compiled[n] = c
	return c
}

// Ensure that tests draw every policy of every option.
func TestOptionsOf(t *testing.T) {
	t.Parallel()
	seen := map[string]map[Policy]bool{}
	formats, observed, folded := map[int]bool{}, 0, 0
	for n := range uint8(drawnOptions) {
		o := OptionsOf(n)
		for name, policy := range map[string]Policy{
			"Undeclared": o.Undeclared, "UndeclaredParameters": o.UndeclaredParameters, "UndeclaredHeaders": o.UndeclaredHeaders,
			"UndeclaredStatuses": o.UndeclaredStatuses, "ImpliedStatuses": o.ImpliedStatuses,
		} {
			if seen[name] == nil {
				seen[name] = map[Policy]bool{}
			}
			seen[name][policy] = true
		}
		for rule, policy := range o.Departures.policies() {
			if seen[string(rule)] == nil {
				seen[string(rule)] = map[Policy]bool{}
			}
			seen[string(rule)][*policy] = true
		}
		formats[len(o.Formats)] = true
		if o.Observe {
			observed++
		}
		if o.IgnoreCase {
			folded++
		}
	}
	for name, policies := range seen {
		if len(policies) != 4 {
			t.Errorf("%s is drawn with the policies %v", name, policies)
		}
	}
	if len(formats) != 4 || observed < drawnOptions/8 || folded < drawnOptions/4 {
		t.Errorf("formats %v, %d observed, %d without case", formats, observed, folded)
	}
}
