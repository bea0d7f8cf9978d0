package jsonpatch_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/resellerkit/resellerkit/server/internal/jsonpatch"
)

func TestValidate(t *testing.T) {
	t.Parallel()
	const required = "The DisplayName field is required."
	const tooLong = "The field DisplayName must be a string with a maximum length of 100."
	for _, tt := range []struct {
		name string
		user jsonpatch.User
		want string
	}{
		{"a name is enough", user("Jane"), ""},
		{"null roles are fine", roleless("Jane"), ""},
		{"a null name is missing", nameless(), required},
		{"an empty name is missing", user(""), required},
		{"a blank name is missing", user(" \t\u00a0\u3000"), required},
		{"a hundred characters fit", user(strings.Repeat("x", 100)), ""},
		{"a hundred code points beyond 16 bits fit", user(strings.Repeat("😀", 100)), ""},
		{"a hundred and one do not", user(strings.Repeat("é", 101)), tooLong},
		{"a hundred and one blanks are missing first", user(strings.Repeat(" ", 101)), required},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := jsonpatch.Validate(tt.user)
			if tt.want == "" {
				if err != nil {
					t.Errorf("got error %v, want none", err)
				}
				return
			}
			var patchError *jsonpatch.Error
			if !errors.As(err, &patchError) || patchError.Message != tt.want {
				t.Errorf("got error %v, want %q", err, tt.want)
			}
		})
	}
}

func TestUser_UniqueRoles(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name        string
		roles, want []string
	}{
		{"null reads as an empty list", nil, []string{}},
		{"an empty list stays one", []string{}, []string{}},
		{"the first of several counts", []string{"b", "a", "b", "c", "a"}, []string{"b", "a", "c"}},
		{"case matters", []string{"a", "A"}, []string{"a", "A"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, jsonpatch.User{Roles: tt.roles}.UniqueRoles()); diff != "" {
				t.Errorf("roles (-want +got):\n%s", diff)
			}
		})
	}
}
