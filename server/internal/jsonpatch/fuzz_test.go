package jsonpatch_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/resellerkit/resellerkit/server/internal/jsonpatch"
)

// FuzzApply checks three promises of Apply for any patch: it does not panic, an
// error is an *Error and leaves the user unchanged, and a result is the same after
// it was encoded and decoded.
func FuzzApply(f *testing.F) {
	for _, patch := range []string{
		`[]`,
		`[{"op":"replace","path":"/displayName","value":"My New Name"}]`,
		`[{"op":"add","path":"/roles/-","value":"user.admin"},{"op":"remove","path":"/roles/0"}]`,
		`[{"op":"test","path":"/roles","value":["account.user"]},{"op":"move","from":"/roles/0","path":"/roles/-"}]`,
		`[{"op":"copy","from":"/displayName","path":"/roles/ +00"},{"op":"TEST","path":"Roles//0","value":1.50}]`,
		`[{"op":"remove","path":"/roles"},{"op":"add","path":"/roles","value":["",5,true,1e20]}]`,
		`[{"op":"replace","path":"/a~1b~0/~","value":{"a":[{},[],null,"\u2028"]}}]`,
		`[{"op":"replace","path":"/displayName","value":[[1,{"x":-0.0}]]},null,{}]`,
		`[{"op":"copy","from":"/roles/-","path":"/displayName"},{"op":"replace","path":"/roles","value":""}]`,
	} {
		f.Add("Jane", true, "account.user\nuser.admin", true, []byte(patch))
		f.Add("", false, "", false, []byte(patch))
	}
	f.Fuzz(func(t *testing.T, name string, hasName bool, roleLines string, hasRoles bool, patch []byte) {
		var ops []jsonpatch.Operation
		if !utf8.ValidString(name) || !utf8.ValidString(roleLines) || json.Unmarshal(patch, &ops) != nil {
			return
		}
		before := fuzzUser(name, hasName, roleLines, hasRoles)
		given := clone(before)
		got, err := jsonpatch.Apply(given, ops, func(role string) bool { return !strings.Contains(role, "x") })
		if diff := cmp.Diff(before, given); diff != "" {
			t.Fatalf("the given user changed (-before +after):\n%s", diff)
		}
		if err != nil {
			checkFailure(t, err, before, got)
			return
		}
		checkResult(t, got)
	})
}

func fuzzUser(name string, hasName bool, roleLines string, hasRoles bool) jsonpatch.User {
	var u jsonpatch.User
	if hasName {
		u.DisplayName = &name
	}
	if hasRoles {
		u.Roles = append([]string{}, strings.Fields(roleLines)...)
	}
	return u
}

func checkFailure(t *testing.T, err error, before, got jsonpatch.User) {
	t.Helper()
	var patchError *jsonpatch.Error
	if !errors.As(err, &patchError) || patchError.Message == "" {
		t.Fatalf("error %#v is no *Error with a message", err)
	}
	if diff := cmp.Diff(before, got); diff != "" {
		t.Fatalf("a failure changed the user (-before +after):\n%s", diff)
	}
}

func checkResult(t *testing.T, got jsonpatch.User) {
	t.Helper()
	doc, err := json.Marshal(got)
	if err != nil {
		t.Fatalf("encode result: %v", err)
	}
	var again jsonpatch.User
	if err := json.Unmarshal(doc, &again); err != nil {
		t.Fatalf("decode result: %v", err)
	}
	if diff := cmp.Diff(got, again); diff != "" {
		t.Fatalf("result after a round trip (-result +decoded):\n%s", diff)
	}
	_ = jsonpatch.Validate(got)
	if unique := got.UniqueRoles(); len(unique) > len(got.Roles) {
		t.Fatalf("%d unique roles of %d", len(unique), len(got.Roles))
	}
}
