package jsonpatch_test

import (
	"strings"
	"testing"
	"time"

	"github.com/resellerkit/resellerkit/server/internal/jsonpatch"
)

const mebibyte = 1 << 20

// costly are patches of a mebibyte, each of which is slow in some naive
// implementation: one that copies lists, that shifts long ones, or that prints
// or compares large values repeatedly.
var costly = map[string]string{
	"add at the front":          repeat("", `{"op":"add","path":"/roles/0","value":"a"}`),
	"front and end in turn":     repeat("", `{"op":"add","path":"/roles/0","value":"a"},{"op":"add","path":"/roles/-","value":"a"}`),
	"copy a long list":          repeat(longList, `{"op":"copy","from":"/roles","path":"/roles"}`),
	"remove from a long list":   repeat(longList, `{"op":"remove","path":"/roles/0"}`),
	"insert into a long list":   repeat(longList, `{"op":"copy","from":"/roles/9","path":"/roles/0"}`),
	"copy a long name":          repeat(longName, `{"op":"copy","from":"/displayName","path":"/roles/-"}`),
	"test a list":               repeat(`{"op":"replace","path":"/roles","value":["a","b"]}`, `{"op":"test","path":"/roles","value":["a","b"]}`),
	"escapes in a path":         `[{"op":"remove","path":"/` + strings.Repeat("~1", mebibyte/2) + `"}]`,
	"a flat list for a name":    `[{"op":"add","path":"/displayName","value":[` + strings.Repeat("1,", mebibyte/2) + `1]}]`,
	"a deep list for a name":    `[{"op":"add","path":"/displayName","value":` + strings.Repeat("[", 30) + strings.Repeat("1,", mebibyte/2) + `1` + strings.Repeat("]", 30) + `}]`,
	"a deepest list for a name": `[{"op":"add","path":"/displayName","value":` + strings.Repeat("[", 4999) + strings.Repeat("]", 4999) + `}]`,
	"a long number":             `[{"op":"add","path":"/displayName","value":1` + strings.Repeat("0", mebibyte) + `.5}]`,
}

const (
	longList = `{"op":"replace","path":"/roles","value":["a"%]}`
	longName = `{"op":"replace","path":"/displayName","value":"%"}`
)

// repeat returns a patch of a mebibyte: half of it is first, padded at its percent
// sign, and the other half is op, repeated.
func repeat(first, op string) string {
	filler := map[string]string{longList: `,"a"`, longName: "name"}[first]
	if filler != "" {
		first = strings.Replace(first, "%", strings.Repeat(filler, mebibyte/2/len(filler)), 1)
	}
	if first != "" {
		first += ","
	}
	rest := strings.Repeat(op+",", (mebibyte-len(first))/(len(op)+1))
	return "[" + first + strings.TrimSuffix(rest, ",") + "]"
}

// Ensure that no patch of a mebibyte takes long: 0.3 s at most on an idle
// machine. The limit leaves room for the race detector. The cases run one after
// the other, so that they do not slow each other down.
func TestApply_cost(t *testing.T) {
	t.Parallel()
	for name, patch := range costly {
		t.Run(name, func(t *testing.T) {
			ops := parse(t, patch)
			start := time.Now()
			got, err := jsonpatch.Apply(user("Jane"), ops, nil)
			unique := got.UniqueRoles()
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("%d operations took %v", len(ops), took)
			}
			t.Logf("%d operations, %d roles, %d unique, error %v", len(ops), len(got.Roles), len(unique), err != nil)
		})
	}
}

func BenchmarkApply(b *testing.B) {
	for name, patch := range costly {
		b.Run(name, func(b *testing.B) {
			ops := parse(b, patch)
			b.ReportAllocs()
			for b.Loop() {
				u, _ := jsonpatch.Apply(user("Jane"), ops, nil)
				u.UniqueRoles()
			}
		})
	}
}
