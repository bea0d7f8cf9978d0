package operationtest

import (
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/control"
)

// IDs are what one caller has, by the kind that stands in braces in a request.
type IDs map[string]string

// The holdings of the callers, in the demo data after [Populate]. The kinds of CloudCockpit are customer, instance, user,
// reseller, email (of a portal user), group and sku; those of MyReports are account, member (its user), team (its customer) and
// player (a user of that).
var (
	// Contoso has what the CSP of the demo data sees.
	Contoso = IDs{
		"customer": "c0000000-0000-4000-8000-000000000001", "instance": "b0000000-0000-4000-8000-000000000001",
		"user": "a0000000-0000-4000-8000-000000000001", "reseller": "d0000000-0000-4000-8000-000000000002",
		"email": "c@contoso.example", "group": "90000000-0000-4000-8000-000000000008", "sku": "6fd2c87f-b296-42f0-b197-1e91e994b900",
	}
	// Northwind has what the reseller of the demo data sees, which its CSP sees, too.
	Northwind = IDs{
		"customer": "c0000000-0000-4000-8000-000000000002", "instance": "b0000000-0000-4000-8000-000000000003",
		"user": "a0000000-0000-4000-8000-000000000061", "reseller": "d0000000-0000-4000-8000-000000000001",
		"email": "n@northwind.example", "group": "90000000-0000-4000-8000-000000000008",
	}
	// Fabrikam is another tenant.
	Fabrikam = IDs{
		"customer": "c0000000-0000-4000-8000-000000000009", "instance": "b0000000-0000-4000-8000-000000000009",
		"user": "a0000000-0000-4000-8000-000000000901", "reseller": "d0000000-0000-4000-8000-000000000009",
		"email": "f@fabrikam.example", "group": "90000000-0000-4000-8000-000000000009", "sku": "fabrikam-sku",
	}
	// Acme is the first enterprise.
	Acme = IDs{
		"account": "e0000000-0000-4000-8000-000000000001", "member": "f0000000-0000-4000-8000-000000000002",
		"team": "e1000000-0000-4000-8000-000000000001", "player": "f1000000-0000-4000-8000-000000000001",
	}
	// Other is the second enterprise.
	Other = IDs{
		"account": "e0000000-0000-4000-8000-000000000002", "member": "f0000000-0000-4000-8000-000000000009",
		"team": "e1000000-0000-4000-8000-000000000009", "player": "f1000000-0000-4000-8000-000000000009",
	}
)

// Unknown returns an id of a kind that no caller has.
func Unknown(kind string) string {
	switch kind {
	case "email":
		return "nobody@nowhere.example"
	case "sku":
		return "no-sku"
	}
	return "11111111-1111-4111-8111-111111111111"
}

var kindForm = regexp.MustCompile(`\{([a-z]+)\}`)

// Kinds returns the kinds that a request addresses, each once.
func (r Request) Kinds() (kinds []string) {
	for _, match := range kindForm.FindAllStringSubmatch(r.Target+r.Body, -1) {
		if !slices.Contains(kinds, match[1]) {
			kinds = append(kinds, match[1])
		}
	}
	return kinds
}

// Fill puts ids in the place of their kinds.
func (r Request) Fill(ids IDs) Request {
	for kind, id := range ids {
		r.Target = strings.ReplaceAll(r.Target, "{"+kind+"}", id)
		r.Body = strings.ReplaceAll(r.Body, "{"+kind+"}", id)
	}
	return r
}

// Populate adds to the demo data what the table addresses and the demo data lacks, so that every tenant has something of every
// kind.
func Populate(s *control.State) {
	id := uuid.MustParse
	users := func(user, email string) []control.PortalUser {
		return []control.PortalUser{{ID: id(user), FirstName: "P", LastName: "U", Email: email}}
	}
	csp, fabrikam := &s.Cloudcockpit.Tenants[0], &s.Cloudcockpit.Tenants[1]
	csp.Resellers = append(csp.Resellers, control.Reseller{
		ID: id(Contoso["reseller"]), Name: "R", PortalUsers: users("40000000-0000-4000-8000-000000000002", "r2@x"),
	})
	csp.Customers[0].PortalUsers = users("40000000-0000-4000-8000-000000000001", Contoso["email"])
	csp.Customers[1].PortalUsers = users("40000000-0000-4000-8000-000000000003", Northwind["email"])
	csp.Groups = append(csp.Groups, control.Group{ID: id(Contoso["group"]), Name: "Own"})
	fabrikam.Resellers = []control.Reseller{{ID: id(Fabrikam["reseller"]), Name: "R"}}
	fabrikam.Groups = append(fabrikam.Groups, control.Group{ID: id(Fabrikam["group"]), Name: "Own"})
	fabrikam.PortalUsers = users("40000000-0000-4000-8000-000000000009", Fabrikam["email"])
	instance := &fabrikam.Customers[0].ProviderInstances[0]
	instance.Licenses = append(instance.Licenses, control.License{SkuID: Fabrikam["sku"], TotalLicenses: 9})
	other := &s.Myreports.Enterprises[1].Accounts[0]
	other.Customers = append(other.Customers, control.AccountCustomer{ID: id(Other["team"]), Users: []control.User{
		{ID: id(Other["player"]), DisplayName: "O", Email: "o@x", Roles: []string{"customer.user"}},
	}})
}

// Own returns the request with ids that make it succeed after [Populate], unless it is marked as refused. A CSP, a reseller and
// the first enterprise may all send it.
func (r Request) Own() Request {
	if slices.Contains(r.Kinds(), "sku") {
		return r.Fill(Contoso)
	}
	return r.Fill(Northwind).Fill(Acme)
}
