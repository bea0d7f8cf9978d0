package jsonpatch

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// maxDisplayName is the greatest length of a display name, in code points.
const maxDisplayName = 100

// Validate checks the rules for a user as a whole, with the messages of .NET's
// [Required] and [StringLength]. As with [Required], a blank name counts as
// missing.
func Validate(u User) error {
	switch {
	case u.DisplayName == nil || strings.TrimSpace(*u.DisplayName) == "":
		return &Error{"The DisplayName field is required."}
	case utf8.RuneCountInString(*u.DisplayName) > maxDisplayName:
		return &Error{"The field DisplayName must be a string with a maximum length of 100."}
	}
	return nil
}

// UniqueRoles returns the roles without duplicates, in the order in which they
// were added. It is never nil: roles that are null become an empty list.
func (u User) UniqueRoles() []string {
	unique := make([]string, 0, min(len(u.Roles), 16))
	seen := make(map[string]bool, cap(unique))
	for _, role := range u.Roles {
		if !seen[role] {
			seen[role] = true
			unique = append(unique, role)
		}
	}
	return slices.Clip(unique)
}
