package sandbox_test

import (
	"fmt"
	"testing"

	"github.com/resellerkit/resellerkit/server/sandbox"
)

// passwordReset gives Ada a password; nil sends null.
func passwordReset(password string) call {
	body := fmt.Sprintf(`{"providerInstanceId":%q,"customerUser":{"displayName":"ignored","email":"ignored","location":null,`+
		`"domain":null,"temporaryPassword":%s}}`, microsoft, password)
	return cockpit("PATCH", "/Customers/"+contoso+"/users/"+firstUser+"/reset-password", body)
}

func TestResetCustomerUserPassword(t *testing.T) {
	t.Parallel()
	b := start(t, sandbox.Options{})
	before := b.state(t)
	good := passwordReset(`"Tr0ub4dor&3"`)
	b.play(t, deniedCallers(good)...)
	b.play(t,
		turn{name: "a password", call: good, status: 200},
		turn{name: "null", call: passwordReset("null"), status: 400, has: names("customerUser.temporaryPassword")},
		turn{name: "an empty one", call: passwordReset(`""`), status: 400, has: names("customerUser.temporaryPassword")},
		turn{name: "blanks", call: passwordReset(`" \t"`), status: 400, has: names("customerUser.temporaryPassword")},
		turn{name: "another user's id", call: withText(good, `"domain"`, `"id":"`+northwindsUser+`","domain"`), status: 400, has: names("customerUser.id")},
		turn{name: "the user's own id", call: withText(good, `"domain"`, `"id":"`+firstUser+`","domain"`), status: 200},
		turn{name: "an unknown customer", call: withTarget(good, contoso, nowhere), status: 404, has: names("customerId")},
		turn{name: "an unknown user", call: withTarget(good, firstUser, nowhere), status: 404, has: names("customerUserId")},
		turn{name: "an instance of no Microsoft", call: withText(good, microsoft, notMicrosoft), status: 400, has: names("providerInstanceId")},
		turn{name: "a member too many", call: withText(good, `"location"`, `"nick":1,"location"`), status: 400, has: names("customerUser.nick")},
		turn{name: "a customer of another reseller's", call: good.as("demo-reseller"), status: 404, has: names("customerId")},
	)
	b.wantState(t, before, "a password changed the state document")
}
