package myreports

import (
	"context"
	"slices"
	"unicode/utf8"

	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/internal/exchange"
)

// roleRules are the rules for the roles of one kind of tenant.
type roleRules struct {
	base     string          // that every user has
	known    map[string]bool // by role of the pages: whether it is a licence, which causes charges
	open     bool            // accepts unknown roles, with a finding
	kept     []string        // roles that stay when the list is replaced as a whole
	readOnly []string        // roles that no request can add or remove
	needs    map[string]string
	excludes []string // of which a user has at most one
}

// accountRoles are from the Reseller Users page (P2).
var accountRoles = roleRules{
	base: "account.user",
	known: map[string]bool{
		"account.user": false, "user.admin": false, "account.service.status": false, "account.storage.admin": false,
		"branding.admin": false, "customer.admin": false, "onboarding.admin": false, "webhooks.admin": false,
	},
}

const (
	rolePBX   = "customer.user.pbx"
	roleUC    = "customer.user.uc"
	roleTeams = "customer.user.microsoftteams"
)

// customerRoles are from the Customer Users page (C2), whose end is not known: there may be more roles.
var customerRoles = roleRules{
	base: "customer.user",
	open: true,
	known: map[string]bool{
		"customer.user": false, "admin.user": false, "customer.settings": false, roleTeams: false,
		"customer.billables.admin": false, "customer.device.admin": false, "customer.device.readonly": false,
		"customer.directories.manage": false,
		rolePBX:                       true, "customer.user.pbx.realtime": true, roleUC: true, "customer.user.uc.essential": true,
		"customer.user.uc.remote": true, "customer.user.acd": true, "customer.user.crm": true,
		"customer.user.supervisorl1": true, "customer.user.supervisorl2": true, "customer.user.supervisorl3": true,
	},
	kept:     []string{rolePBX, roleTeams},
	readOnly: []string{roleTeams},
	needs: map[string]string{
		"customer.user.uc.remote": roleUC, "customer.user.pbx.realtime": rolePBX, "customer.user.acd": rolePBX,
	},
	excludes: []string{"customer.user.supervisorl1", "customer.user.supervisorl2", "customer.user.supervisorl3"},
}

// The limits of what a user holds in one tenant. No page prints them; without them a small request costs every later one.
const (
	maxRoles      = 100
	maxRoleLength = 100 // code points
)

func (r roleRules) valid(role string) bool {
	_, known := r.known[role]
	return known || r.open && utf8.RuneCountInString(role) <= maxRoleLength
}

// checkRoles refuses a list that is too long, with the message of .NET's [MaxLength].
func checkRoles(roles []string) error {
	if len(roles) > maxRoles {
		return badRequest("The field Roles must be a string or array type with a maximum length of '100'.")
	}
	return nil
}

func setOf(list []string) map[string]bool {
	set := make(map[string]bool, len(list))
	for _, s := range list {
		set[s] = true
	}
	return set
}

// charged reports whether a user gains a licence by a change of its roles.
func (r roleRules) charged(before, after []string) bool {
	had := setOf(before)
	return slices.ContainsFunc(after, func(role string) bool { return r.known[role] && !had[role] })
}

// given returns the roles of a new user, with the base role first if it is not among them, or refuses the first bad one.
func (r roleRules) given(roles []string) ([]string, []contract.Violation, error) {
	if !slices.Contains(roles, r.base) {
		roles = append([]string{r.base}, roles...)
	}
	for _, role := range roles {
		if !r.valid(role) {
			return nil, nil, notValid(role)
		}
	}
	roles, found := r.protect(nil, unique(roles))
	if bad := r.conflict(roles); bad != "" {
		return nil, found, notValid(bad)
	}
	return roles, found, nil
}

// settle returns the roles after a patch, or refuses the first one that does not go with the others.
func (r roleRules) settle(before, after []string) ([]string, []contract.Violation, error) {
	after, found := r.protect(before, after)
	if bad := r.conflict(after); bad != "" {
		return nil, found, badRequest("The value '" + bad + "' is invalid for target location.")
	}
	return after, found, nil
}

// protect undoes changes of read-only roles. It returns a finding for each of them, and one for each new role that is unknown.
// The caller reports the findings after its transaction, because a transaction may be tried several times.
func (r roleRules) protect(before, after []string) ([]string, []contract.Violation) {
	var found []contract.Violation
	for _, role := range r.readOnly {
		held := slices.Contains(before, role)
		switch i := slices.Index(after, role); {
		case held && i < 0:
			after = append(after, role)
		case !held && i >= 0:
			after = slices.Delete(after, i, i+1)
		default:
			continue
		}
		found = append(found, roleFinding("readOnly", "no change of a role that is read-only"))
	}
	had := setOf(before)
	for _, role := range after {
		if _, known := r.known[role]; !known && !had[role] {
			found = append(found, roleFinding("role", "a role that the documents name"))
		}
	}
	return after, found
}

// conflict returns the first role that needs a missing one, or that another one excludes, or "".
func (r roleRules) conflict(roles []string) string {
	taken := false
	for _, role := range roles {
		if need, ok := r.needs[role]; ok && !slices.Contains(roles, need) {
			return role
		}
		if slices.Contains(r.excludes, role) {
			if taken {
				return role
			}
			taken = true
		}
	}
	return ""
}

// roleFinding returns a finding about roles. It does not name the role, which is a value of the request.
func roleFinding(rule, expected string) contract.Violation {
	return contract.Violation{In: "body", Pointer: "/roles", Rule: rule, Expected: expected, Grade: "decided"}
}

// report adds findings to the exchange of a request.
func report(ctx context.Context, found []contract.Violation) {
	x := exchange.FromContext(ctx)
	if x == nil {
		return
	}
	for _, v := range found {
		v.Operation = x.Operation
		x.Find(v)
	}
}

func unique(list []string) []string {
	var out []string
	seen := make(map[string]bool, len(list))
	for _, s := range list {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}
