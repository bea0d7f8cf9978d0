package myreports

import (
	"context"
	"slices"

	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/internal/exchange"
)

// roleRules are what holds for the roles in one kind of tenant.
type roleRules struct {
	base     string          // what every user gets
	known    map[string]bool // the roles of the pages, and whether each is a licence, which may cause charges
	open     bool            // an unknown role is accepted, with a finding
	kept     []string        // what stays when the list is written as a whole
	readOnly []string        // what nobody gives or takes here
	needs    map[string]string
	excludes []string // at most one of these
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

// customerRoles are from the Customer Users page (C2), whose tail nobody has seen: there may be more.
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

func (r roleRules) valid(role string) bool {
	_, known := r.known[role]
	return known || r.open
}

// charged holds where a user who has the roles before gains a licence with those after.
func (r roleRules) charged(before, after []string) bool {
	return slices.ContainsFunc(after, func(role string) bool { return r.known[role] && !slices.Contains(before, role) })
}

// given gives a new user's roles, the base role first where it is not among them, or refuses the first bad one.
func (r roleRules) given(ctx context.Context, roles []string) ([]string, error) {
	if !slices.Contains(roles, r.base) {
		roles = append([]string{r.base}, roles...)
	}
	for _, role := range roles {
		if !r.valid(role) {
			return nil, notValid(role)
		}
	}
	roles = r.respect(ctx, nil, unique(roles))
	if bad := r.conflict(roles); bad != "" {
		return nil, notValid(bad)
	}
	return roles, nil
}

// settle gives the roles that a patch leaves, or refuses the first one that does not go with the others.
func (r roleRules) settle(ctx context.Context, before, after []string) ([]string, error) {
	after = r.respect(ctx, before, after)
	if bad := r.conflict(after); bad != "" {
		return nil, badRequest("The value '" + bad + "' is invalid for target location.")
	}
	return after, nil
}

// respect undoes what was done to read-only roles, and notes that and the unknown roles that are new.
func (r roleRules) respect(ctx context.Context, before, after []string) []string {
	for _, role := range r.readOnly {
		had := slices.Contains(before, role)
		switch i := slices.Index(after, role); {
		case had && i < 0:
			after = append(after, role)
		case !had && i >= 0:
			after = slices.Delete(after, i, i+1)
		default:
			continue
		}
		noteRole(ctx, "readOnly", "no change of a role that is read-only")
	}
	for _, role := range after {
		if _, known := r.known[role]; !known && !slices.Contains(before, role) {
			noteRole(ctx, "role", "a role that the documents name")
		}
	}
	return after
}

// conflict gives the first role that needs one that is missing, or that another excludes; "" where there is none.
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

// noteRole is a finding about roles. It does not name the role, which is a value of the message.
func noteRole(ctx context.Context, rule, expected string) {
	if x := exchange.FromContext(ctx); x != nil {
		x.Findings = append(x.Findings, contract.Violation{
			Operation: x.Operation, In: "body", Pointer: "/roles", Rule: rule, Expected: expected, Grade: "decided",
		})
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
