package jsonpatch_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/resellerkit/resellerkit/server/internal/jsonpatch"
)

// Ensure that a patch that succeeds by RFC 6902, and that keeps displayName a
// string and roles a list of strings, has the RFC's result.
func TestApply_agreesWithRFC6902(t *testing.T) {
	t.Parallel()
	var carriedOut, total int
	rapid.Check(t, func(t *rapid.T) {
		u := user(drawText(t, "name"), rapid.SliceOfN(rapid.SampledFrom(texts), 0, 4).Draw(t, "roles")...)
		patch := rapid.SliceOfN(rapid.Custom(drawOperation), 0, 6).Draw(t, "patch")
		total += len(patch)
		want, ok := reference(t, u, patch)
		if !ok {
			return
		}
		carriedOut += len(patch)
		doc, err := json.Marshal(patch)
		if err != nil {
			t.Fatal(err)
		}
		var ops []jsonpatch.Operation
		if err := json.Unmarshal(doc, &ops); err != nil {
			t.Fatal(err)
		}
		got, err := jsonpatch.Apply(u, ops, nil)
		if err != nil {
			t.Fatalf("Apply(%s): %v", doc, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("Apply(%s) (-RFC +ours):\n%s", doc, diff)
		}
	})
	if carriedOut*10 < total {
		t.Errorf("the RFC carries out %d of %d operations: too few to learn from", carriedOut, total)
	}
}

var texts = []string{"a", "b", "account.user", "é/~"}

func drawText(t *rapid.T, label string) string {
	return rapid.SampledFrom(texts).Draw(t, label)
}

// drawOperation draws operations that succeed more often than others.
func drawOperation(t *rapid.T) map[string]any {
	op := map[string]any{
		"op":   rapid.SampledFrom([]string{"add", "add", "replace", "remove", "test", "move", "copy"}).Draw(t, "op"),
		"path": drawPointer(t, "path"),
	}
	switch op["op"] {
	case "move", "copy":
		op["from"] = drawPointer(t, "from")
	case "add", "replace", "test":
		if op["path"] == "/roles" {
			op["value"] = rapid.SliceOfN(rapid.SampledFrom(texts), 0, 3).Draw(t, "value")
		} else {
			op["value"] = drawText(t, "value")
		}
	}
	return op
}

func drawPointer(t *rapid.T, label string) string {
	return rapid.SampledFrom([]string{
		"/displayName", "/displayName", "/roles", "/roles/0", "/roles/0", "/roles/1", "/roles/2", "/roles/-",
	}).Draw(t, label)
}

// reference applies a patch as RFC 6902, section 4 describes it, to generic JSON.
// It reports false if the patch fails, or if its result at any step is not of a
// user's types.
func reference(t *rapid.T, u jsonpatch.User, patch []map[string]any) (jsonpatch.User, bool) {
	doc := map[string]any{"displayName": *u.DisplayName, "roles": generic(t, u.Roles)}
	for _, op := range patch {
		path := op["path"].(string)
		value := generic(t, op["value"])
		ok := true
		switch op["op"] {
		case "add":
			ok = rfcAdd(doc, path, value)
		case "remove":
			_, ok = rfcRemove(doc, path)
		case "replace":
			if _, ok = rfcRemove(doc, path); ok {
				ok = rfcAdd(doc, path, value)
			}
		case "test":
			var current any
			current, ok = rfcGet(doc, path)
			ok = ok && reflect.DeepEqual(current, value)
		case "move":
			if value, ok = rfcRemove(doc, op["from"].(string)); ok {
				ok = rfcAdd(doc, path, value)
			}
		case "copy":
			if value, ok = rfcGet(doc, op["from"].(string)); ok {
				ok = rfcAdd(doc, path, generic(t, value))
			}
		}
		if !ok {
			return jsonpatch.User{}, false
		}
		if u, ok = typed(doc); !ok {
			return jsonpatch.User{}, false
		}
	}
	return u, true
}

// typed converts a document to a user. An absent member becomes null.
func typed(doc map[string]any) (jsonpatch.User, bool) {
	var u jsonpatch.User
	if name, ok := doc["displayName"]; ok {
		text, ok := name.(string)
		if !ok {
			return u, false
		}
		u.DisplayName = &text
	}
	if list, ok := doc["roles"]; ok {
		items, ok := list.([]any)
		if !ok {
			return u, false
		}
		u.Roles = []string{}
		for _, item := range items {
			text, ok := item.(string)
			if !ok {
				return u, false
			}
			u.Roles = append(u.Roles, text)
		}
	}
	return u, true
}

func rfcGet(doc map[string]any, pointer string) (any, bool) {
	name, element, hasElement := strings.Cut(pointer[1:], "/")
	value, ok := doc[name]
	if !hasElement || !ok {
		return value, ok
	}
	list, ok := value.([]any)
	i, err := strconv.Atoi(element)
	if !ok || err != nil || i >= len(list) {
		return nil, false
	}
	return list[i], true
}

func rfcAdd(doc map[string]any, pointer string, value any) bool {
	name, element, hasElement := strings.Cut(pointer[1:], "/")
	if !hasElement {
		doc[name] = value
		return true
	}
	list, ok := doc[name].([]any)
	i, err := strconv.Atoi(element)
	if element == "-" {
		i, err = len(list), nil
	}
	if !ok || err != nil || i > len(list) {
		return false
	}
	doc[name] = slices.Insert(slices.Clone(list), i, value)
	return true
}

func rfcRemove(doc map[string]any, pointer string) (any, bool) {
	value, ok := rfcGet(doc, pointer)
	if !ok {
		return nil, false
	}
	name, element, hasElement := strings.Cut(pointer[1:], "/")
	if !hasElement {
		delete(doc, name)
		return value, true
	}
	i, _ := strconv.Atoi(element)
	doc[name] = slices.Delete(slices.Clone(doc[name].([]any)), i, i+1)
	return value, true
}

// generic converts a value to what encoding/json decodes into an any.
func generic(t *rapid.T, value any) any {
	doc, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var result any
	if err := json.Unmarshal(doc, &result); err != nil {
		t.Fatal(err)
	}
	return result
}
