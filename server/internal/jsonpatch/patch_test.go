package jsonpatch_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/resellerkit/resellerkit/server/internal/jsonpatch"
)

// jane returns the user that the tables below patch.
func jane() jsonpatch.User {
	return user("Jane", "account.user", "user.admin")
}

func user(name string, roles ...string) jsonpatch.User {
	if roles == nil {
		roles = []string{}
	}
	return jsonpatch.User{DisplayName: &name, Roles: roles}
}

func nameless(roles ...string) jsonpatch.User {
	u := user("", roles...)
	u.DisplayName = nil
	return u
}

func roleless(name string) jsonpatch.User {
	return jsonpatch.User{DisplayName: &name}
}

// isRole accepts three roles, one of which looks like a number.
func isRole(s string) bool {
	return s == "account.user" || s == "user.admin" || s == "branding.admin" || s == "5"
}

func parse(t testing.TB, patch string) []jsonpatch.Operation {
	t.Helper()
	var ops []jsonpatch.Operation
	if err := json.Unmarshal([]byte(patch), &ops); err != nil {
		t.Fatalf("patch in the test: %v", err)
	}
	return ops
}

type success struct {
	name  string
	from  jsonpatch.User
	patch string
	want  jsonpatch.User
}

func (tt success) run(t *testing.T) {
	t.Parallel()
	got, err := jsonpatch.Apply(tt.from, parse(t, tt.patch), isRole)
	if err != nil {
		t.Fatalf("Apply: %v", err)
	}
	if diff := cmp.Diff(tt.want, got); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
}

type failure struct {
	name  string
	from  jsonpatch.User
	patch string
	want  string
}

func (tt failure) run(t *testing.T) {
	t.Parallel()
	before := clone(tt.from)
	got, err := jsonpatch.Apply(tt.from, parse(t, tt.patch), isRole)
	var patchError *jsonpatch.Error
	if !errors.As(err, &patchError) {
		t.Fatalf("Apply: got %+v and error %v, want message %q", got, err, tt.want)
	}
	if patchError.Message != tt.want || err.Error() != tt.want {
		t.Errorf("message\n got %q\nwant %q", patchError.Message, tt.want)
	}
	if diff := cmp.Diff(before, got); diff != "" {
		t.Errorf("user after the failure (-before +after):\n%s", diff)
	}
}

func clone(u jsonpatch.User) jsonpatch.User {
	var c jsonpatch.User
	if u.DisplayName != nil {
		name := strings.Clone(*u.DisplayName)
		c.DisplayName = &name
	}
	if u.Roles != nil {
		c.Roles = append([]string{}, u.Roles...)
	}
	return c
}

// Ensure that the patches in the API's documentation work.
func TestApply_documentedExamples(t *testing.T) {
	t.Parallel()
	for _, tt := range []success{
		{"the document's example renames the user", jane(), `[{"op":"replace","path":"/displayName","value":"My New Name"}]`, user("My New Name", "account.user", "user.admin")},
		{"a role is appended and the others stay", jane(), `[{"op":"add","path":"/roles/-","value":"branding.admin"}]`, user("Jane", "account.user", "user.admin", "branding.admin")},
		{"replacing roles drops every role that is not listed", jane(), `[{"op":"replace","path":"/roles","value":["branding.admin"]}]`, user("Jane", "branding.admin")},
		{"an empty patch succeeds and changes nothing", jane(), `[]`, jane()},
	} {
		t.Run(tt.name, tt.run)
	}
}

// Ensure that paths are parsed as the library parses them.
func TestApply_paths(t *testing.T) {
	t.Parallel()
	for _, tt := range []success{
		{"empty segments at the start are skipped", jane(), `[{"op":"replace","path":"//displayName","value":"X"}]`, user("X", "account.user", "user.admin")},
		{"an empty segment at the end is skipped", jane(), `[{"op":"replace","path":"/displayName/","value":"X"}]`, user("X", "account.user", "user.admin")},
		{"a path without a leading slash is fine", jane(), `[{"op":"replace","path":"displayName","value":"X"}]`, user("X", "account.user", "user.admin")},
		{"empty segments in the middle are skipped", jane(), `[{"op":"remove","path":"/roles//0"}]`, user("Jane", "user.admin")},
		{"properties match in any case", jane(), `[{"op":"replace","path":"/DISPLAYNAME","value":"X"},{"op":"remove","path":"/Roles/0"}]`, user("X", "user.admin")},
		{"operations match in any case", jane(), `[{"op":"RePlace","path":"/displayName","value":"X"}]`, user("X", "account.user", "user.admin")},
	} {
		t.Run(tt.name, tt.run)
	}
	for _, tt := range []failure{
		{"an unknown property is named without a slash on add", jane(), `[{"op":"add","path":"/foo","value":1}]`, "The target location specified by path segment 'foo' was not found."},
		{"an unknown property is named as sent on replace", jane(), `[{"op":"replace","path":"/Foo","value":1}]`, "The target location specified by path segment 'Foo' was not found."},
		{"an unknown property is named on remove", jane(), `[{"op":"remove","path":"/foo"}]`, "The target location specified by path segment 'foo' was not found."},
		{"an unknown property is named on test", jane(), `[{"op":"test","path":"/foo","value":1}]`, "The target location specified by path segment 'foo' was not found."},
		{"an unknown property is named when move starts there", jane(), `[{"op":"move","from":"/foo","path":"/displayName"}]`, "The target location specified by path segment 'foo' was not found."},
		{"an unknown property is named when copy starts there", jane(), `[{"op":"copy","from":"/foo","path":"/displayName"}]`, "The target location specified by path segment 'foo' was not found."},
		{"an unknown property is named when move ends there", jane(), `[{"op":"move","from":"/displayName","path":"/foo"}]`, "The target location specified by path segment 'foo' was not found."},
		{"email is not patchable", jane(), `[{"op":"replace","path":"/email","value":"a@b.example"}]`, "The target location specified by path segment 'email' was not found."},
		{"id is not patchable", jane(), `[{"op":"replace","path":"/id","value":"1"}]`, "The target location specified by path segment 'id' was not found."},
		{"primaryTenant is not patchable", jane(), `[{"op":"replace","path":"/primaryTenant","value":"1"}]`, "The target location specified by path segment 'primaryTenant' was not found."},
		{"enabled is not patchable", jane(), `[{"op":"replace","path":"/enabled","value":false}]`, "The target location specified by path segment 'enabled' was not found."},
		{"an unknown parent is named rather than its child", jane(), `[{"op":"add","path":"/foo/bar","value":1}]`, "The target location specified by path segment 'foo' was not found."},
		{"a string has no members", jane(), `[{"op":"add","path":"/displayName/x","value":1}]`, "The target location specified by path segment 'x' was not found."},
		{"a string has no members to pass through", jane(), `[{"op":"add","path":"/displayName/x/y","value":1}]`, "The target location specified by path segment 'x' was not found."},
		{"a role has no members", jane(), `[{"op":"remove","path":"/roles/0/x"}]`, "The target location specified by path segment 'x' was not found."},
		{"the way through roles needs an index", jane(), `[{"op":"remove","path":"/roles/foo/x"}]`, "The path segment 'foo' is invalid for an array index."},
		{"the way through roles takes no hyphen", jane(), `[{"op":"add","path":"/roles/-/x","value":1}]`, "The path segment '-' is invalid for an array index."},
		{"the way through roles stays within bounds", jane(), `[{"op":"remove","path":"/roles/2/x"}]`, "The index value provided by path segment '2' is out of bounds of the array size."},
		{"the empty path has an empty segment", jane(), `[{"op":"replace","path":"","value":{}}]`, "The target location specified by path segment '' was not found."},
		{"the path of a slash has an empty segment", jane(), `[{"op":"remove","path":"/"}]`, "The target location specified by path segment '' was not found."},
		{"the empty from has an empty segment", jane(), `[{"op":"copy","from":"","path":"/displayName"}]`, "The target location specified by path segment '' was not found."},
		{"a tilde at the end is an invalid path", jane(), `[{"op":"remove","path":"/displayName~"}]`, "The provided string '/displayName~' is an invalid path."},
		{"a tilde before another character is an invalid path", jane(), `[{"op":"remove","path":"/a~2/b"}]`, "The provided string '/a~2/b' is an invalid path."},
		{"two tildes are an invalid path", jane(), `[{"op":"remove","path":"/~~0"}]`, "The provided string '/~~0' is an invalid path."},
		{"escapes are undone in the message", jane(), `[{"op":"remove","path":"/a~1b~0c"}]`, "The target location specified by path segment 'a/b~c' was not found."},
		{"escapes are undone once", jane(), `[{"op":"remove","path":"/~01"}]`, "The target location specified by path segment '~1' was not found."},
		{"letters that only fold to those of a property are others", jane(), `[{"op":"remove","path":"/roleſ"}]`, "The target location specified by path segment 'roleſ' was not found."},
		{"blanks around a property are part of it", jane(), `[{"op":"remove","path":"/ roles"}]`, "The target location specified by path segment ' roles' was not found."},
	} {
		t.Run(tt.name, tt.run)
	}
}

// Ensure that the error for a null on the way names operation and path.
func TestApply_interiorNull(t *testing.T) {
	t.Parallel()
	for _, tt := range []failure{
		{"adding a role to null roles", roleless("Jane"), `[{"op":"add","path":"/roles/-","value":"user.admin"}]`, "For operation 'add', the target location specified by path '/roles/-' was not found."},
		{"the operation and the path stand there as sent", roleless("Jane"), `[{"op":"Remove","path":"//Roles/0"}]`, "For operation 'Remove', the target location specified by path '//Roles/0' was not found."},
		{"a member of a null displayName", nameless(), `[{"op":"test","path":"/displayName/x","value":1}]`, "For operation 'test', the target location specified by path '/displayName/x' was not found."},
		{"a move out of null roles names from", roleless("Jane"), `[{"op":"move","from":"/roles/0","path":"/displayName"}]`, "For operation 'move', the target location specified by path '/roles/0' was not found."},
		{"a copy into null roles names path", roleless("user.admin"), `[{"op":"copy","from":"/displayName","path":"/roles/0"}]`, "For operation 'copy', the target location specified by path '/roles/0' was not found."},
		{"roles moved into themselves are null on arrival", jane(), `[{"op":"move","from":"/roles","path":"/roles/0"}]`, "For operation 'move', the target location specified by path '/roles/0' was not found."},
		{"roles that an earlier operation removed", jane(), `[{"op":"remove","path":"/roles"},{"op":"replace","path":"/roles/0","value":"user.admin"}]`, "For operation 'replace', the target location specified by path '/roles/0' was not found."},
	} {
		t.Run(tt.name, tt.run)
	}
}

// Ensure that properties are set, and set to null.
func TestApply_properties(t *testing.T) {
	t.Parallel()
	for _, tt := range []success{
		{"add on displayName replaces it", jane(), `[{"op":"add","path":"/displayName","value":"X"}]`, user("X", "account.user", "user.admin")},
		{"replace of a null displayName sets it", nameless(), `[{"op":"replace","path":"/displayName","value":"X"}]`, user("X")},
		{"remove of displayName sets null", jane(), `[{"op":"remove","path":"/displayName"}]`, nameless("account.user", "user.admin")},
		{"remove of a null displayName succeeds", nameless(), `[{"op":"remove","path":"/displayName"}]`, nameless()},
		{"remove of roles sets null", jane(), `[{"op":"remove","path":"/roles"}]`, roleless("Jane")},
		{"a null value sets displayName to null", jane(), `[{"op":"replace","path":"/displayName","value":null}]`, nameless("account.user", "user.admin")},
		{"a missing value sets displayName to null", jane(), `[{"op":"add","path":"/displayName"}]`, nameless("account.user", "user.admin")},
		{"a null value sets roles to null", jane(), `[{"op":"add","path":"/roles","value":null}]`, roleless("Jane")},
		{"a missing value sets roles to null", jane(), `[{"op":"replace","path":"/roles"}]`, roleless("Jane")},
		{"an empty list is not null", jane(), `[{"op":"replace","path":"/roles","value":[]}]`, user("Jane")},
		{"an empty name is not null", jane(), `[{"op":"replace","path":"/displayName","value":""}]`, user("", "account.user", "user.admin")},
		{"roles may be added where they are null", roleless("Jane"), `[{"op":"add","path":"/roles","value":["user.admin"]},{"op":"add","path":"/roles/0","value":"account.user"}]`, jane()},
		{"remove ignores its value", jane(), `[{"op":"remove","path":"/displayName","value":{"a":1}}]`, nameless("account.user", "user.admin")},
	} {
		t.Run(tt.name, tt.run)
	}
}

// Ensure that roles are written by index as in the library.
func TestApply_indices(t *testing.T) {
	t.Parallel()
	for _, tt := range []success{
		{"add at an index inserts before it", jane(), `[{"op":"add","path":"/roles/1","value":"branding.admin"}]`, user("Jane", "account.user", "branding.admin", "user.admin")},
		{"add at the count appends", jane(), `[{"op":"add","path":"/roles/2","value":"branding.admin"}]`, user("Jane", "account.user", "user.admin", "branding.admin")},
		{"add to an empty list at zero appends", user("Jane"), `[{"op":"add","path":"/roles/0","value":"branding.admin"}]`, user("Jane", "branding.admin")},
		{"replace at an index", jane(), `[{"op":"replace","path":"/roles/0","value":"branding.admin"}]`, user("Jane", "branding.admin", "user.admin")},
		{"remove at an index", jane(), `[{"op":"remove","path":"/roles/0"}]`, user("Jane", "user.admin")},
		{"replace of the hyphen means the last element", jane(), `[{"op":"replace","path":"/roles/-","value":"branding.admin"}]`, user("Jane", "account.user", "branding.admin")},
		{"remove of the hyphen means the last element", jane(), `[{"op":"remove","path":"/roles/-"}]`, user("Jane", "account.user")},
		{"copy from the hyphen means the last element", jane(), `[{"op":"copy","from":"/roles/-","path":"/displayName"}]`, user("user.admin", "account.user", "user.admin")},
		{"a role may stand there twice until the end", jane(), `[{"op":"add","path":"/roles/-","value":"account.user"}]`, user("Jane", "account.user", "user.admin", "account.user")},
		{"an index may have a plus sign", jane(), `[{"op":"remove","path":"/roles/+1"}]`, user("Jane", "account.user")},
		{"an index may have blanks around it", jane(), `[{"op":"remove","path":"/roles/ 1\t"}]`, user("Jane", "account.user")},
		{"an index may have leading zeros", jane(), `[{"op":"remove","path":"/roles/0001"}]`, user("Jane", "account.user")},
		{"minus zero is zero", jane(), `[{"op":"remove","path":"/roles/-0"}]`, user("Jane", "user.admin")},
	} {
		t.Run(tt.name, tt.run)
	}
	for _, tt := range []failure{
		{"a role is not removed by its name", jane(), `[{"op":"remove","path":"/roles/account.user"}]`, "The path segment 'account.user' is invalid for an array index."},
		{"an index has no letters", jane(), `[{"op":"add","path":"/roles/0x1","value":"user.admin"}]`, "The path segment '0x1' is invalid for an array index."},
		{"an index has no underscores", jane(), `[{"op":"add","path":"/roles/1_0","value":"user.admin"}]`, "The path segment '1_0' is invalid for an array index."},
		{"an index has no fraction", jane(), `[{"op":"replace","path":"/roles/1.0","value":"user.admin"}]`, "The path segment '1.0' is invalid for an array index."},
		{"an index has no blank after its sign", jane(), `[{"op":"remove","path":"/roles/+ 1"}]`, "The path segment '+ 1' is invalid for an array index."},
		{"a blank is no index", jane(), `[{"op":"remove","path":"/roles/ "}]`, "The path segment ' ' is invalid for an array index."},
		{"an index has digits of ASCII", jane(), `[{"op":"remove","path":"/roles/١"}]`, "The path segment '١' is invalid for an array index."},
		{"an index beyond 32 bits is no index", jane(), `[{"op":"remove","path":"/roles/2147483648"}]`, "The path segment '2147483648' is invalid for an array index."},
		{"a huge index is no index", jane(), `[{"op":"remove","path":"/roles/99999999999999999999999999"}]`, "The path segment '99999999999999999999999999' is invalid for an array index."},
		{"the largest index is out of bounds", jane(), `[{"op":"remove","path":"/roles/2147483647"}]`, "The index value provided by path segment '2147483647' is out of bounds of the array size."},
		{"a negative index is out of bounds", jane(), `[{"op":"remove","path":"/roles/-1"}]`, "The index value provided by path segment '-1' is out of bounds of the array size."},
		{"the count is out of bounds for replace", jane(), `[{"op":"replace","path":"/roles/2","value":"user.admin"}]`, "The index value provided by path segment '2' is out of bounds of the array size."},
		{"the count is out of bounds for remove", jane(), `[{"op":"remove","path":"/roles/2"}]`, "The index value provided by path segment '2' is out of bounds of the array size."},
		{"the count is out of bounds for test", jane(), `[{"op":"test","path":"/roles/2","value":"user.admin"}]`, "The index value provided by path segment '2' is out of bounds of the array size."},
		{"the count is out of bounds for copy", jane(), `[{"op":"copy","from":"/roles/02","path":"/displayName"}]`, "The index value provided by path segment '02' is out of bounds of the array size."},
		{"one more than the count is out of bounds for add", jane(), `[{"op":"add","path":"/roles/3","value":"user.admin"}]`, "The index value provided by path segment '3' is out of bounds of the array size."},
		{"the index is looked at before the value", jane(), `[{"op":"add","path":"/roles/9","value":{}}]`, "The index value provided by path segment '9' is out of bounds of the array size."},
	} {
		t.Run(tt.name, tt.run)
	}
}

// Ensure that there is one message for everything that raises an exception in a naive service.
func TestApply_malformed(t *testing.T) {
	t.Parallel()
	for _, tt := range []failure{
		{"an operation without path", jane(), `[{"op":"remove"}]`, jsonpatch.Malformed},
		{"an operation whose path is null", jane(), `[{"op":"remove","path":null}]`, jsonpatch.Malformed},
		{"an operation that is null", jane(), `[null]`, jsonpatch.Malformed},
		{"a path missing later in the document is noticed first", jane(), `[{"op":"remove","path":"/foo"},{"op":"remove"}]`, jsonpatch.Malformed},
		{"a move without from", jane(), `[{"op":"move","path":"/displayName"}]`, jsonpatch.Malformed},
		{"a copy whose from is null", jane(), `[{"op":"copy","from":null,"path":"/displayName"}]`, jsonpatch.Malformed},
		{"test of the hyphen", jane(), `[{"op":"test","path":"/roles/-","value":"user.admin"}]`, jsonpatch.Malformed},
		{"test of the hyphen in an empty list", user("Jane"), `[{"op":"test","path":"/roles/-","value":"user.admin"}]`, jsonpatch.Malformed},
		{"remove of the hyphen from an empty list", user("Jane"), `[{"op":"remove","path":"/roles/-"}]`, jsonpatch.Malformed},
		{"replace of the hyphen in an empty list", user("Jane"), `[{"op":"replace","path":"/roles/-","value":"user.admin"}]`, jsonpatch.Malformed},
		{"move of the hyphen from an empty list", user("Jane"), `[{"op":"move","from":"/roles/-","path":"/displayName"}]`, jsonpatch.Malformed},
		{"a number beyond the range of a double", jane(), `[{"op":"replace","path":"/displayName","value":1e400}]`, jsonpatch.Malformed},
		{"a number beyond the range of a double in a list", jane(), `[{"op":"replace","path":"/roles","value":[-1e400]}]`, jsonpatch.Malformed},
		{"an integer of more than 380 digits", jane(), `[{"op":"replace","path":"/displayName","value":1` + strings.Repeat("0", 380) + `}]`, jsonpatch.Malformed},
		{"a value that is nested too deeply", jane(), `[{"op":"replace","path":"/displayName","value":` + strings.Repeat("[", 31) + strings.Repeat("]", 31) + `}]`, jsonpatch.Malformed},
	} {
		t.Run(tt.name, tt.run)
	}
}

// Ensure that a Value that is not JSON does no harm.
func TestApply_rawValues(t *testing.T) {
	t.Parallel()
	path := "/displayName"
	for name, raw := range map[string]string{
		"bytes that are no JSON": `{`, "two values": `"a" "b"`, "a word": `hello`, "depth": strings.Repeat("[", 20000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := jsonpatch.Apply(jane(), []jsonpatch.Operation{{Op: "add", Path: &path, Value: json.RawMessage(raw)}}, isRole)
			if err == nil || err.Error() != jsonpatch.Malformed {
				t.Errorf("got error %v, want %q", err, jsonpatch.Malformed)
			}
		})
	}
	got, err := jsonpatch.Apply(jane(), []jsonpatch.Operation{{Op: "add", Path: &path, Value: json.RawMessage(" \t\"X\"\n")}}, isRole)
	if err != nil || *got.DisplayName != "X" {
		t.Errorf("blanks around the value: got %v, error %v", got, err)
	}
}

// Ensure that values are converted as Json.NET converts them.
func TestApply_coercions(t *testing.T) {
	t.Parallel()
	name := func(value, want string) success {
		return success{value + " as a name is " + want, jane(), `[{"op":"replace","path":"/displayName","value":` + value + `}]`, user(want, "account.user", "user.admin")}
	}
	for _, tt := range []success{
		name(`123`, "123"), name(`-7`, "-7"), name(`-0`, "0"),
		name(`123456789012345678901234567890`, "123456789012345678901234567890"),
		name(`true`, "true"), name(`false`, "false"),
		name(`1.5`, "1.5"), name(`1.0`, "1.0"), name(`-0.0`, "-0.0"), name(`1.50`, "1.5"),
		name(`1e3`, "1000.0"), name(`1E14`, "100000000000000.0"), name(`1e15`, "1E+15"), name(`1.25e100`, "1.25E+100"),
		name(`0.0001`, "0.0001"), name(`0.00001`, "1E-05"), name(`1e-400`, "0.0"), name(`0.1`, "0.1"),
		name(`"\u0041\ud83d\ude00"`, "A😀"), name(`"2020-01-01T00:00:00.000Z"`, "2020-01-01T00:00:00.000Z"),
		{"a number in a list is a string", jane(), `[{"op":"replace","path":"/roles","value":[5]}]`, user("Jane", "5")},
		{"a number as a role is a string", jane(), `[{"op":"add","path":"/roles/-","value":5}]`, user("Jane", "account.user", "user.admin", "5")},
		{"an empty string for a list is null", jane(), `[{"op":"replace","path":"/roles","value":""}]`, roleless("Jane")},
	} {
		t.Run(tt.name, tt.run)
	}
	for _, tt := range []failure{
		{"a bare string is no list", jane(), `[{"op":"replace","path":"/roles","value":"account.user"}]`, "The value 'account.user' is invalid for target location."},
		{"a number is no list", jane(), `[{"op":"replace","path":"/roles","value":5}]`, "The value '5' is invalid for target location."},
		{"a boolean is no list and has .NET's name", jane(), `[{"op":"replace","path":"/roles","value":true}]`, "The value 'True' is invalid for target location."},
		{"a whole double has no point in a message", jane(), `[{"op":"add","path":"/roles","value":1.0}]`, "The value '1' is invalid for target location."},
		{"a double in a message", jane(), `[{"op":"add","path":"/roles","value":2.50}]`, "The value '2.5' is invalid for target location."},
		{"an object is no string", jane(), `[{"op":"replace","path":"/displayName","value":{"a":1}}]`, "The value '{\n  \"a\": 1\n}' is invalid for target location."},
		{"an empty object is no string", jane(), `[{"op":"replace","path":"/displayName","value":{ }}]`, "The value '{}' is invalid for target location."},
		{"a list is no string", jane(), `[{"op":"replace","path":"/displayName","value":["a"]}]`, "The value '[\n  \"a\"\n]' is invalid for target location."},
		{"an empty list is no string", jane(), `[{"op":"replace","path":"/displayName","value":[]}]`, "The value '[]' is invalid for target location."},
		{"an object is no list", jane(), `[{"op":"replace","path":"/roles","value":{}}]`, "The value '{}' is invalid for target location."},
		{"an object is no role", jane(), `[{"op":"add","path":"/roles/-","value":{}}]`, "The value '{}' is invalid for target location."},
		{"a list is no role", jane(), `[{"op":"replace","path":"/roles/0","value":["user.admin"]}]`, "The value '[\n  \"user.admin\"\n]' is invalid for target location."},
		{"a list in a list is no role", jane(), `[{"op":"replace","path":"/roles","value":["user.admin",["user.admin"]]}]`, "The value '[\n  \"user.admin\",\n  [\n    \"user.admin\"\n  ]\n]' is invalid for target location."},
		{
			"everything that JSON has, as Json.NET prints it", jane(),
			`[{"op":"replace","path":"/displayName","value":{"a":[1,-0,1.0,1e20,true,false,null],"b":{},"c":[],"d":"\u0001\"\\\/\n\u2028é<'","\t":{"e":[{}]}}}]`,
			"The value '{\n  \"a\": [\n    1,\n    0,\n    1.0,\n    1E+20,\n    true,\n    false,\n    null\n  ],\n  \"b\": {},\n  \"c\": [],\n" +
				"  \"d\": \"\\u0001\\\"\\\\/\\n\\u2028é<'\",\n  \"\\t\": {\n    \"e\": [\n      {}\n    ]\n  }\n}' is invalid for target location.",
		},
		{"the first failing operation speaks", jane(), `[{"op":"replace","path":"/displayName","value":"X"},{"op":"add","path":"/roles","value":7},{"op":"remove","path":"/foo"}]`, "The value '7' is invalid for target location."},
	} {
		t.Run(tt.name, tt.run)
	}
}

// Ensure that a long value is cut in a message.
func TestApply_longValues(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 30) + strings.Repeat(`"é",`, 50000) + `1` + strings.Repeat("]", 30)
	_, err := jsonpatch.Apply(jane(), parse(t, `[{"op":"replace","path":"/displayName","value":`+deep+`}]`), isRole)
	if err == nil || len(err.Error()) > 66<<10 || !strings.HasSuffix(err.Error(), "…' is invalid for target location.") {
		t.Errorf("got an error of %d bytes", len(err.Error()))
	}
}

// Ensure that unknown roles are refused where they are written, and only there.
func TestApply_unknownRoles(t *testing.T) {
	t.Parallel()
	for _, tt := range []failure{
		{"an unknown role that is added", jane(), `[{"op":"add","path":"/roles/-","value":"account.user.admin"}]`, "The value 'account.user.admin' is invalid for target location."},
		{"an unknown role that replaces one", jane(), `[{"op":"replace","path":"/roles/0","value":"Account.User"}]`, "The value 'Account.User' is invalid for target location."},
		{"the unknown role of a list is named", jane(), `[{"op":"replace","path":"/roles","value":["account.user","nobody","noone"]}]`, "The value 'nobody' is invalid for target location."},
		{"a boolean among roles is a word", jane(), `[{"op":"replace","path":"/roles","value":[true]}]`, "The value 'true' is invalid for target location."},
		{"a name that is copied into roles", jane(), `[{"op":"copy","from":"/displayName","path":"/roles/-"}]`, "The value 'Jane' is invalid for target location."},
		{"an empty role", jane(), `[{"op":"add","path":"/roles/0","value":""}]`, "The value '' is invalid for target location."},
		{"a null role", jane(), `[{"op":"add","path":"/roles/0","value":null}]`, "The value '' is invalid for target location."},
		{"a missing role", jane(), `[{"op":"replace","path":"/roles/0"}]`, "The value '' is invalid for target location."},
		{"a null among roles", jane(), `[{"op":"replace","path":"/roles","value":["account.user",null]}]`, "The value '' is invalid for target location."},
		{"a null name that is copied into roles", nameless("user.admin"), `[{"op":"copy","from":"/displayName","path":"/roles/-"}]`, "The value '' is invalid for target location."},
		{"an unknown role does not outlive a later remove", jane(), `[{"op":"add","path":"/roles/-","value":"nobody"},{"op":"remove","path":"/roles/-"}]`, "The value 'nobody' is invalid for target location."},
	} {
		t.Run(tt.name, tt.run)
	}
	for _, tt := range []success{
		{"a role from before the set changed stays", user("Jane", "old.role"), `[{"op":"add","path":"/roles/-","value":"user.admin"}]`, user("Jane", "old.role", "user.admin")},
		{"it may be copied with the whole list", user("Jane", "old.role"), `[{"op":"copy","from":"/roles","path":"/roles"}]`, user("Jane", "old.role")},
		{"it may be tested", user("Jane", "old.role"), `[{"op":"test","path":"/roles/0","value":"old.role"},{"op":"test","path":"/roles","value":["old.role"]}]`, user("Jane", "old.role")},
	} {
		t.Run(tt.name, tt.run)
	}
	t.Run("without a validRole every name but null is a role", func(t *testing.T) {
		t.Parallel()
		got, err := jsonpatch.Apply(user("Jane"), parse(t, `[{"op":"add","path":"/roles/-","value":"anything"}]`), nil)
		if diff := cmp.Diff(user("Jane", "anything"), got); err != nil || diff != "" {
			t.Errorf("error %v, result (-want +got):\n%s", err, diff)
		}
		if _, err = jsonpatch.Apply(user("Jane"), parse(t, `[{"op":"add","path":"/roles/-"}]`), nil); err == nil {
			t.Error("a null role was accepted")
		}
	})
}

// Ensure that test compares values, and that its errors explain differences.
func TestApply_test(t *testing.T) {
	t.Parallel()
	for _, tt := range []success{
		{"an equal name passes", jane(), `[{"op":"test","path":"/displayName","value":"Jane"}]`, jane()},
		{"a number equals the name it would become", user("5"), `[{"op":"test","path":"/displayName","value":5}]`, user("5")},
		{"null equals a null name", nameless(), `[{"op":"test","path":"/displayName","value":null}]`, nameless()},
		{"a missing value equals null roles", roleless("Jane"), `[{"op":"test","path":"/roles"}]`, roleless("Jane")},
		{"an empty string equals null roles", roleless("Jane"), `[{"op":"test","path":"/roles","value":""}]`, roleless("Jane")},
		{"an equal role passes", jane(), `[{"op":"test","path":"/roles/1","value":"user.admin"}]`, jane()},
		{"an equal list passes", jane(), `[{"op":"test","path":"/roles","value":["account.user","user.admin"]}]`, jane()},
		{"an empty list equals an empty list", user("Jane"), `[{"op":"test","path":"/roles","value":[]}]`, user("Jane")},
		{"a test sees what earlier operations did", jane(), `[{"op":"remove","path":"/roles/0"},{"op":"test","path":"/roles/0","value":"user.admin"}]`, user("Jane", "user.admin")},
	} {
		t.Run(tt.name, tt.run)
	}
	list := "System.Collections.Generic.List`1[System.String]"
	for _, tt := range []failure{
		{"another name", jane(), `[{"op":"test","path":"/displayName","value":"Bob"}]`, "The current value 'Jane' at path 'displayName' is not equal to the test value 'Bob'."},
		{"the segment stands there as sent", jane(), `[{"op":"test","path":"/DisplayName","value":"jane"}]`, "The current value 'Jane' at path 'DisplayName' is not equal to the test value 'jane'."},
		{"the value stands there as .NET prints it", jane(), `[{"op":"test","path":"/displayName","value":true}]`, "The current value 'Jane' at path 'displayName' is not equal to the test value 'True'."},
		{"null prints as nothing", jane(), `[{"op":"test","path":"/displayName","value":null}]`, "The current value 'Jane' at path 'displayName' is not equal to the test value ''."},
		{"a null name prints as nothing", nameless(), `[{"op":"test","path":"/displayName","value":""}]`, "The current value '' at path 'displayName' is not equal to the test value ''."},
		{"an object is no name to compare with", jane(), `[{"op":"test","path":"/displayName","value":{}}]`, "The value '{}' is invalid for target location."},
		{"another role", jane(), `[{"op":"test","path":"/roles/01","value":"nobody"}]`, "The current value 'user.admin' at position '1' is not equal to the test value 'nobody'."},
		{"no role", jane(), `[{"op":"test","path":"/roles/0"}]`, "The current value 'account.user' at position '0' is not equal to the test value ''."},
		{"an object is no role to compare with", jane(), `[{"op":"test","path":"/roles/0","value":[]}]`, "The value '[]' is invalid for target location."},
		{"an object is no role to compare with the hyphen's", jane(), `[{"op":"test","path":"/roles/-","value":[]}]`, "The value '[]' is invalid for target location."},
		{"a role by name", jane(), `[{"op":"test","path":"/roles/user.admin","value":"user.admin"}]`, "The path segment 'user.admin' is invalid for an array index."},
		{"another list", jane(), `[{"op":"test","path":"/roles","value":["user.admin","account.user"]}]`, "The current value '" + list + "' at path 'roles' is not equal to the test value '[\n  \"user.admin\",\n  \"account.user\"\n]'."},
		{"a longer list", jane(), `[{"op":"test","path":"/roles","value":["account.user","user.admin",null]}]`, "The current value '" + list + "' at path 'roles' is not equal to the test value '[\n  \"account.user\",\n  \"user.admin\",\n  null\n]'."},
		{"a list with a null", jane(), `[{"op":"test","path":"/roles","value":["account.user",null]}]`, "The current value '" + list + "' at path 'roles' is not equal to the test value '[\n  \"account.user\",\n  null\n]'."},
		{"no list", jane(), `[{"op":"test","path":"/Roles","value":null}]`, "The current value '" + list + "' at path 'Roles' is not equal to the test value ''."},
		{"a list where roles are null", roleless("Jane"), `[{"op":"test","path":"/roles","value":[]}]`, "The current value '' at path 'roles' is not equal to the test value '[]'."},
		{"a string is no list to compare with", jane(), `[{"op":"test","path":"/roles","value":"x"}]`, "The value 'x' is invalid for target location."},
		{"a failed test undoes what was before it", jane(), `[{"op":"remove","path":"/roles"},{"op":"test","path":"/displayName","value":"Bob"}]`, "The current value 'Jane' at path 'displayName' is not equal to the test value 'Bob'."},
	} {
		t.Run(tt.name, tt.run)
	}
}

// Ensure that move and copy are get, remove and add.
func TestApply_moveAndCopy(t *testing.T) {
	t.Parallel()
	for _, tt := range []success{
		{"a role moves to the end", jane(), `[{"op":"move","from":"/roles/0","path":"/roles/-"}]`, user("Jane", "user.admin", "account.user")},
		{"a role moves to an index counted after its removal", user("Jane", "5", "account.user", "user.admin"), `[{"op":"move","from":"/roles/0","path":"/roles/1"}]`, user("Jane", "account.user", "5", "user.admin")},
		{"a role moves onto the name", jane(), `[{"op":"move","from":"/roles/1","path":"/displayName"}]`, user("user.admin", "account.user")},
		{"a role is copied", jane(), `[{"op":"copy","from":"/roles/0","path":"/roles/-"}]`, user("Jane", "account.user", "user.admin", "account.user")},
		{"a name that is a role is copied into roles", user("user.admin"), `[{"op":"copy","from":"/displayName","path":"/roles/0"}]`, user("user.admin", "user.admin")},
		{"a name moved into roles is null afterwards", user("user.admin"), `[{"op":"move","from":"/displayName","path":"/roles/0"}]`, nameless("user.admin")},
		{"a name moved onto itself stays", jane(), `[{"op":"move","from":"/displayName","path":"/displayName"}]`, jane()},
		{"roles moved onto themselves stay", jane(), `[{"op":"move","from":"/roles","path":"/roles"}]`, jane()},
		{"roles copied onto themselves stay", jane(), `[{"op":"copy","from":"/roles","path":"/roles"},{"op":"remove","path":"/roles/0"}]`, user("Jane", "user.admin")},
		{"null roles are copied onto the name as null", roleless("Jane"), `[{"op":"copy","from":"/roles","path":"/displayName"}]`, jsonpatch.User{}},
		{"an empty name is copied onto roles as null", user("", "user.admin"), `[{"op":"copy","from":"/displayName","path":"/roles"}]`, roleless("")},
		{"the value of a move is ignored", jane(), `[{"op":"move","from":"/roles/0","path":"/roles/-","value":{"a":[]}}]`, user("Jane", "user.admin", "account.user")},
	} {
		t.Run(tt.name, tt.run)
	}
	for _, tt := range []failure{
		{"a list fits on no name", jane(), `[{"op":"copy","from":"/roles","path":"/displayName"}]`, "The value 'System.Collections.Generic.List`1[System.String]' is invalid for target location."},
		{"a list fits in no list", jane(), `[{"op":"copy","from":"/roles","path":"/roles/0"}]`, "The value 'System.Collections.Generic.List`1[System.String]' is invalid for target location."},
		{"a name fits on no list", jane(), `[{"op":"copy","from":"/displayName","path":"/roles"}]`, "The value 'Jane' is invalid for target location."},
		{"the last role cannot move behind itself", user("Jane", "user.admin"), `[{"op":"move","from":"/roles/0","path":"/roles/1"}]`, "The index value provided by path segment '1' is out of bounds of the array size."},
		{"from is read before path", jane(), `[{"op":"move","from":"/~","path":"/~2"}]`, "The provided string '/~' is an invalid path."},
		{"from is sought by index", jane(), `[{"op":"copy","from":"/roles/user.admin","path":"/displayName"}]`, "The path segment 'user.admin' is invalid for an array index."},
	} {
		t.Run(tt.name, tt.run)
	}
}

// Ensure that only the six operations are accepted.
func TestApply_operations(t *testing.T) {
	t.Parallel()
	for _, tt := range []failure{
		{"an unknown operation is named", jane(), `[{"op":"foo","path":"/displayName"}]`, "Invalid JsonPatch operation 'foo'."},
		{"a missing operation is named as nothing", jane(), `[{"path":"/displayName"}]`, "Invalid JsonPatch operation ''."},
		{"a null operation is named as nothing", jane(), `[{"op":null,"path":"/displayName"}]`, "Invalid JsonPatch operation ''."},
		{"the library's own word for it is one too", jane(), `[{"op":"Invalid","path":"/displayName"}]`, "Invalid JsonPatch operation 'Invalid'."},
		{"a number is no operation", jane(), `[{"op":"0","path":"/displayName"}]`, "Invalid JsonPatch operation '0'."},
		{"blanks make another operation", jane(), `[{"op":" add","path":"/displayName"}]`, "Invalid JsonPatch operation ' add'."},
		{"the operation is looked at before the path", jane(), `[{"op":"foo","path":"/~"}]`, "Invalid JsonPatch operation 'foo'."},
	} {
		t.Run(tt.name, tt.run)
	}
}

// Ensure that the result shares no memory with the user that was patched.
func TestApply_copies(t *testing.T) {
	t.Parallel()
	u := jane()
	got, err := jsonpatch.Apply(u, nil, isRole)
	if err != nil {
		t.Fatal(err)
	}
	*got.DisplayName, got.Roles[0] = "X", "X"
	if diff := cmp.Diff(jane(), u); diff != "" {
		t.Errorf("user after a change of the result (-want +got):\n%s", diff)
	}
}
