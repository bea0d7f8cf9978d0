package sandbox_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// The SKUs of Contoso.
const (
	officeE3 = "6fd2c87f-b296-42f0-b197-1e91e994b900"
	premium  = "cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46"
	powerBI  = "a403ebcc-fae0-4ca2-8c8c-7a907fd6c235"
)

func customerLicenses(customer, query string) call {
	return cockpit("GET", "/Customers/"+customer+"/licenses"+query, "")
}

// userLicenses selects SKUs; one with a "-" before it is listed and not selected.
func userLicenses(user string, skus ...string) call {
	items := make([]string, len(skus))
	for i, sku := range skus {
		id, off := strings.CutPrefix(sku, "-")
		items[i] = fmt.Sprintf(`{"skuId":%q,"isSelected":%t}`, id, !off)
	}
	body := fmt.Sprintf(`{"providerInstanceId":%q,"licenses":[%s]}`, microsoft, strings.Join(items, ","))
	return cockpit("PATCH", "/Customers/"+contoso+"/users/"+user+"/licenses", body)
}

func TestListCustomerLicenses(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	good := customerLicenses(contoso, "?providerInstanceId="+microsoft)
	b.play(t, append(deniedCallers(good), []turn{
		{name: "Contoso's", call: good, status: 200, has: []string{
			`{"availableLicenses":28,"consumedLicenses":22,"isSelected":false,"name":"Office 365 E3","skuId":"` + officeE3 +
				`","suspendedLicenses":0,"totalLicenses":50}`, premium, powerBI}},
		{name: "Northwind's own reseller", call: customerLicenses(northwind, "?providerInstanceId="+northwinds+"&resellerId="+reseller).as("demo-reseller"), status: 200},
		{name: "an unknown customer", call: customerLicenses(nowhere, "?providerInstanceId="+microsoft), status: 404, has: names("customerId")},
		{name: "a customer of nobody the reseller knows", call: good.as("demo-reseller"), status: 404, has: names("customerId")},
		{name: "another tenant's customer", call: customerLicenses(fabrikamsOwn, "?providerInstanceId="+fabrikams), status: 404, has: names("customerId")},
		{name: "no provider instance", call: customerLicenses(contoso, ""), status: 400, has: names("providerInstanceId")},
		{name: "one that is not Microsoft's", call: customerLicenses(contoso, "?providerInstanceId="+notMicrosoft), status: 400, has: names("providerInstanceId")},
		{name: "another customer's", call: customerLicenses(contoso, "?providerInstanceId="+northwinds), status: 400, has: names("providerInstanceId")},
		{name: "a reseller that is not the customer's", call: customerLicenses(contoso, "?providerInstanceId="+nowhere+"&resellerId="+reseller), status: 400, has: names("resellerId"), lacks: names("providerInstanceId")},
		{name: "a customer that is no id", call: customerLicenses("contoso", "?providerInstanceId="+microsoft), status: 400, has: names("customerId")},
	}...)...)
}

// Ensure that the selected SKUs become the whole set, and that seats are counted.
func TestSetCustomerUserLicenses(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	free := func(sku string, n int) turn {
		return turn{name: "the seats that are left", call: customerLicenses(contoso, "?providerInstanceId="+microsoft), status: 200,
			has: []string{fmt.Sprintf(`{"availableLicenses":%d,`, n), sku}}
	}
	good := userLicenses(firstUser, premium)
	b.play(t, deniedCallers(good)...)
	b.play(t,
		free(premium, 20),
		turn{name: "one SKU", call: good, status: 200},
		free(premium, 19),
		turn{name: "the same SKU again, twice", call: userLicenses(firstUser, premium, premium), status: 200},
		free(premium, 19),
		turn{name: "another SKU instead", call: userLicenses(firstUser, "-"+premium, powerBI), status: 200},
		free(premium, 20),
		turn{name: "no SKU", call: userLicenses(firstUser), status: 200},
		turn{name: "isSelected is absent", call: withText(good, `"isSelected":true`, `"name":"x"`), status: 200},
		free(premium, 20),
		turn{name: "an unknown SKU", call: userLicenses(firstUser, powerBI, "none"), status: 400, has: names("licenses[1].skuId")},
		turn{name: "an unknown SKU that is not selected", call: userLicenses(firstUser, "-none"), status: 400, has: names("licenses[0].skuId")},
		turn{name: "an unknown customer", call: withTarget(good, contoso, nowhere), status: 404, has: names("customerId")},
		turn{name: "an unknown user", call: userLicenses(nowhere, premium), status: 404, has: names("customerUserId")},
		turn{name: "another customer's user", call: userLicenses(northwindsUser, premium), status: 404, has: names("customerUserId")},
		turn{name: "another customer's instance", call: withText(good, microsoft, northwinds), status: 400, has: names("providerInstanceId")},
		turn{name: "no licences", call: withText(good, `,"licenses"`, `,"other"`), status: 400, has: names("licenses")},
		turn{name: "the reseller of another customer", call: good.as("demo-reseller"), status: 404, has: names("customerId")},
	)
}

// Ensure that the last seat is assigned once, and that its user keeps it.
func TestSetCustomerUserLicenses_Seats(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	user := func(n int) string { return fmt.Sprintf("a0000000-0000-4000-8000-%012d", n) }
	for n := 1; n <= 20; n++ {
		b.play(t, turn{name: "a free seat", call: userLicenses(user(n), premium), status: 200})
	}
	b.play(t,
		turn{name: "no free seat", call: userLicenses(user(21), powerBI, premium), status: 400, has: names("licenses[1].skuId")},
		turn{name: "a seat that the user has", call: userLicenses(user(7), premium, powerBI), status: 200},
		turn{name: "a seat is given back", call: userLicenses(user(7)), status: 200},
		turn{name: "and taken", call: userLicenses(user(21), premium), status: 200},
	)
}

// Ensure that the last seat that a 32-bit number can count is counted, and that no response shows a number beyond it.
func TestSetCustomerUserLicenses_LargestNumber(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	state := decode[control.State](t, response{body: b.state(t)})
	l := &microsoftOf(&state).Licenses[1]
	l.TotalLicenses, l.ConsumedLicenses, l.SuspendedLicenses, l.AvailableLicenses = math.MaxInt32, math.MaxInt32-1, 0, new(int32(1))
	b.mustPut(t, marshal(t, state))
	user := func(n int) string { return fmt.Sprintf("a0000000-0000-4000-8000-%012d", n) }
	b.play(t,
		turn{name: "the last seat", call: userLicenses(user(1), l.SkuID), status: 200},
		turn{name: "no seat is left", call: userLicenses(user(2), l.SkuID), status: 400, has: names("licenses[0].skuId")},
		turn{name: "the seats", call: customerLicenses(contoso, "?providerInstanceId="+microsoft), status: 200,
			has: []string{`{"availableLicenses":0,"consumedLicenses":2147483647,`}},
	)
	b.mustPut(t, b.state(t))
}

// withText is the call with a part of its body replaced.
func withText(c call, old, new string) call {
	c.body = strings.ReplaceAll(c.body, old, new)
	return c
}

// withTarget is the call with a part of its target replaced.
func withTarget(c call, old, new string) call {
	c.target = strings.ReplaceAll(c.target, old, new)
	return c
}
