package client_test

import (
	"context"
	"maps"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/client"
	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/openapi"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// A box is a sandbox that listens, with clients of both APIs.
type box struct {
	*sandbox.Sandbox
	url string
	cc  *client.CloudCockpit
	mr  *client.MyReports
}

func newBox(t testing.TB, opts ...client.Option) *box {
	t.Helper()
	return seeded(t, nil, opts...)
}

// seeded is newBox with a state of the test's own.
func seeded(t testing.TB, seed []byte, opts ...client.Option) *box {
	t.Helper()
	sb, err := sandbox.New(t.Context(), sandbox.Options{Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(sb)
	t.Cleanup(func() {
		srv.Close()
		if err := sb.Close(); err != nil {
			t.Error(err)
		}
	})
	b := &box{Sandbox: sb, url: srv.URL}
	b.cc = newCloudCockpit(t, srv.URL, append([]client.Option{client.WithToken(b.token(t, "demo-csp"))}, opts...)...)
	b.mr = newMyReports(t, srv.URL, append([]client.Option{client.WithToken(b.token(t, "demo-myreports"))}, opts...)...)
	return b
}

func (b *box) token(t testing.TB, clientID string) string {
	t.Helper()
	token, err := b.Token(clientID)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// fault has the sandbox do something wrong, the next count times that the operation is asked for, or always.
func (b *box) fault(t testing.TB, operation string, action control.FaultAction, count int32) {
	t.Helper()
	rule := control.FaultRule{Operation: operation, Action: action}
	if count > 0 {
		rule.Count = &count
	}
	if err := b.SetFaults(rule); err != nil {
		t.Fatal(err)
	}
}

// reset gives the box its demo data back.
func (b *box) reset(t testing.TB) {
	t.Helper()
	if err := b.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
}

const graceEmail = "grace+π/a?b%25@contoso.example" // what a path segment has to be escaped for

var grace = client.PortalUser{
	FirstName: new("Grace"), LastName: new("Hopper"), Email: new(graceEmail), Groups: []client.Group{{ID: viewers}},
}

func createGrace(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
	_, err := cc.PortalUsers(contoso).Create(ctx, grace)
	return err
}

var nina = client.NewUser{DisplayName: "Nina New", Email: "nina.new@acme.example", Roles: []string{client.RoleUserAdmin}}

// A trial is an operation that succeeds on the demo data, what must be done first, and how it fails.
type trial struct {
	first, do operation
	fails     map[int]operation // by the status
}

// trials has an entry for every operationId of the two contracts.
var trials = map[string]trial{
	"listCustomerUsers": {do: listUsers, fails: map[int]operation{
		400: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			_, err := cc.CustomerUsers(contoso, contosoProvider).List(ctx, client.ListCustomerUsers{PageSize: 2001})
			return err
		},
	}},
	"getCustomerUser": {do: getUser, fails: map[int]operation{
		400: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			_, err := cc.CustomerUsers(contoso, nobody).Get(ctx, ada)
			return err
		},
		404: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			_, err := cc.CustomerUsers(contoso, contosoProvider).Get(ctx, nobody)
			return err
		},
	}},
	"updateCustomerUser": {
		do: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			return cc.CustomerUsers(contoso, contosoProvider).Update(ctx, ada, adaAsSheShallBe)
		},
		fails: map[int]operation{
			400: updateUser,
			404: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
				return cc.CustomerUsers(contoso, contosoProvider).Update(ctx, nobody, adaAsSheShallBe)
			},
		},
	},
	"resetCustomerUserPassword": {
		do: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			return cc.CustomerUsers(contoso, contosoProvider).ResetPassword(ctx, ada, "correct-horse-battery-staple")
		},
		fails: map[int]operation{400: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			return cc.CustomerUsers(contoso, contosoProvider).ResetPassword(ctx, ada, " ")
		}},
	},
	"setCustomerUserLicenses": {
		do: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			return cc.CustomerUsers(contoso, contosoProvider).SetLicenses(ctx, ada)
		},
		fails: map[int]operation{
			400: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
				return cc.CustomerUsers(contoso, contosoProvider).SetLicenses(ctx, ada, "no-such-sku")
			},
			404: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
				return cc.CustomerUsers(contoso, contosoProvider).SetLicenses(ctx, nobody)
			},
		},
	},
	"listCustomerLicenses": {
		do: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			_, err := cc.CustomerLicenses(contoso, contosoProvider).List(ctx)
			return err
		},
		fails: map[int]operation{
			400: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
				_, err := cc.CustomerLicenses(contoso, contosoProvider).ForReseller(alpine).List(ctx)
				return err
			},
			404: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
				_, err := cc.CustomerLicenses(nobody, contosoProvider).List(ctx)
				return err
			},
		},
	},
	"listPortalUsers": {
		do: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			_, err := cc.PortalUsers(northwind).ForReseller(alpine).List(ctx)
			return err
		},
		fails: map[int]operation{
			400: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
				_, err := cc.PortalUsers(contoso).ForReseller(alpine).List(ctx)
				return err
			},
			404: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
				_, err := cc.PortalUsers(nobody).List(ctx)
				return err
			},
		},
	},
	"createPortalUser": {
		do: createGrace,
		fails: map[int]operation{
			400: createUser,
			404: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
				_, err := cc.PortalUsers(nobody).Create(ctx, grace)
				return err
			},
		},
	},
	"createResellerUser": {
		do: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			_, err := cc.ResellerUsers(alpine).Create(ctx, grace)
			return err
		},
		fails: map[int]operation{400: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			_, err := cc.ResellerUsers(nobody).Create(ctx, grace)
			return err
		}},
	},
	"listUsers": {
		do: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			_, err := cc.Users().List(ctx, client.ListUsers{})
			return err
		},
		fails: map[int]operation{400: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			_, err := cc.Users().ForReseller(nobody).List(ctx, client.ListUsers{})
			return err
		}},
	},
	"updatePortalUser": {
		first: createGrace,
		do: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			return cc.Users().Update(ctx, graceEmail, grace)
		},
		fails: map[int]operation{
			400: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
				return cc.Users().Update(ctx, graceEmail, client.PortalUser{Email: new("")})
			},
			404: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
				return cc.Users().Update(ctx, "nobody@contoso.example", grace)
			},
		},
	},
	"deletePortalUser": {
		first: createGrace,
		do: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			return cc.Users().Delete(ctx, graceEmail)
		},
		fails: map[int]operation{
			400: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
				return cc.Users().ForReseller(nobody).Delete(ctx, graceEmail)
			},
			404: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
				return cc.Users().Delete(ctx, "nobody@contoso.example")
			},
		},
	},
	"listGroups": {
		do: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			return listGroups(ctx, cc)
		},
		fails: map[int]operation{400: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			_, err := cc.Groups().List(ctx, client.ListGroups{PageNumber: -1})
			return err
		}},
	},

	"listAccountUsers": {do: listAccountUsers, fails: map[int]operation{
		404: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			_, err := mr.AccountUsers(nobody).List(ctx)
			return err
		},
	}},
	"getAccountUser": {do: getAccountUser, fails: map[int]operation{
		404: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			_, err := mr.AccountUsers(account).Get(ctx, nobody)
			return err
		},
	}},
	"createAccountUser": {
		do: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			_, err := mr.AccountUsers(account).AcceptCharges().Create(ctx, nina)
			return err
		},
		fails: map[int]operation{
			400: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
				_, err := mr.AccountUsers(account).Create(ctx, client.NewUser{})
				return err
			},
			404: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
				_, err := mr.AccountUsers(nobody).Create(ctx, nina)
				return err
			},
		},
	},
	"patchAccountUser": {do: patchAccountUser, fails: map[int]operation{
		400: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			return mr.AccountUsers(account).Patch(ctx, uma, client.Patch().ReplaceDisplayName(""))
		},
		404: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			return mr.AccountUsers(account).Patch(ctx, nobody, client.Patch())
		},
	}},
	"deleteAccountUser": {
		do: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			return mr.AccountUsers(account).Delete(ctx, uma)
		},
		fails: map[int]operation{404: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			return mr.AccountUsers(account).Delete(ctx, nobody)
		}},
	},
	"sendAccountUserActivationEmail": {
		do: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			return mr.AccountUsers(account).SendActivationEmail(ctx, uma)
		},
		fails: map[int]operation{
			400: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
				return mr.AccountUsers(account).SendActivationEmail(ctx, uuid.MustParse("f0000000-0000-4000-8000-000000000003"))
			},
			404: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
				return mr.AccountUsers(account).SendActivationEmail(ctx, nobody)
			},
		},
	},
	"listAccountCustomerUsers": {
		do: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			_, err := mr.CustomerUsers(account, bakery).List(ctx)
			return err
		},
		fails: map[int]operation{404: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			_, err := mr.CustomerUsers(account, nobody).List(ctx)
			return err
		}},
	},
	"getAccountCustomerUser": {
		do: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			_, err := mr.CustomerUsers(account, bakery).Get(ctx, xavier)
			return err
		},
		fails: map[int]operation{404: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			_, err := mr.CustomerUsers(account, bakery).Get(ctx, nobody)
			return err
		}},
	},
	"createAccountCustomerUser": {
		do: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			_, err := mr.CustomerUsers(account, bakery).AcceptCharges().Create(ctx, licensed)
			return err
		},
		fails: map[int]operation{
			400: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
				_, err := mr.CustomerUsers(account, bakery).Create(ctx, client.NewUser{Email: "a@b.example"})
				return err
			},
			402: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
				_, err := mr.CustomerUsers(account, bakery).Create(ctx, licensed)
				return err
			},
			404: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
				_, err := mr.CustomerUsers(nobody, bakery).Create(ctx, nina)
				return err
			},
		},
	},
	"patchAccountCustomerUser": {
		do: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			return mr.CustomerUsers(account, bakery).AcceptCharges().Patch(ctx, xavier, client.Patch().AddRole("customer.user.uc"))
		},
		fails: map[int]operation{
			400: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
				return mr.CustomerUsers(account, bakery).Patch(ctx, xavier, client.Patch().TestDisplayName("Somebody Else"))
			},
			402: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
				return mr.CustomerUsers(account, bakery).Patch(ctx, xavier, client.Patch().AddRole("customer.user.uc"))
			},
			404: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
				return mr.CustomerUsers(account, bakery).Patch(ctx, nobody, client.Patch())
			},
		},
	},
	"deleteAccountCustomerUser": {
		do: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			return mr.CustomerUsers(account, bakery).Delete(ctx, xavier)
		},
		fails: map[int]operation{404: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			return mr.CustomerUsers(account, bakery).Delete(ctx, nobody)
		}},
	},
	"sendAccountCustomerUserActivationEmail": {
		do: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			return mr.CustomerUsers(account, bakery).SendActivationEmail(ctx, xavier)
		},
		fails: map[int]operation{404: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			return mr.CustomerUsers(account, bakery).SendActivationEmail(ctx, nobody)
		}},
	},
}

var adaAsSheShallBe = client.CustomerUser{
	DisplayName: new("Ada Lovelace"), Email: new("ada.lovelace@contoso.example"), FirstName: new("Ada"), Location: new("GB"),
	Domain: new("contoso.example"),
}

var licensed = client.NewUser{
	DisplayName: "Nina New", Email: "nina.new@bakery.example", Roles: []string{"customer.user.uc"},
}

// declared are the operations of both contracts, with the API each belongs to.
func declared(t testing.TB) map[string]*openapi3.Operation {
	t.Helper()
	operations := map[string]*openapi3.Operation{}
	for _, load := range []func() (*openapi3.T, error){openapi.CloudCockpit, openapi.MyReports} {
		doc, err := load()
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range doc.Paths.Map() {
			for _, op := range item.Operations() {
				operations[op.OperationID] = op
			}
		}
	}
	return operations
}

// Ensure that every operationId of the contracts has a method, which the trial of that name calls.
func TestEveryOperationHasAMethod(t *testing.T) {
	t.Parallel()
	for id := range declared(t) {
		trial, ok := trials[id]
		if !ok {
			t.Errorf("operation %s has no method, or no trial that calls it", id)
			continue
		}
		var last string
		seen := client.WithHooks(client.Hooks{Before: func(_ context.Context, a client.Attempt) { last = a.Operation }})
		cc, mr := onScript(t, &script{steps: []step{{status: 200, body: adaJSON}}}, seen) // a user is all that any of them reads first
		_ = trial.do(t.Context(), cc, mr)
		if last != id {
			t.Errorf("the trial of %s calls %s", id, last)
		}
	}
}

// Ensure that every operation succeeds on the sandbox, which finds nothing in what is sent, and fails as it should.
func TestOperations(t *testing.T) {
	t.Parallel()
	operations := declared(t)
	kinds := map[int]error{
		400: client.ErrInvalid, 401: client.ErrUnauthorized, 402: client.ErrPaymentRequired, 403: client.ErrForbidden, 404: client.ErrNotFound,
	}
	b := newBox(t)
	for _, id := range slices.Sorted(maps.Keys(trials)) {
		trial := trials[id]
		t.Run(id, func(t *testing.T) {
			b.reset(t)
			fails := maps.Clone(trial.fails)
			fails[401] = func(ctx context.Context, _ *client.CloudCockpit, _ *client.MyReports) error {
				return trial.do(ctx, newCloudCockpit(t, b.url), newMyReports(t, b.url))
			}
			if operations[id].Responses.Value("403") != nil {
				fails[403] = func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
					return trial.do(ctx, newCloudCockpit(t, b.url, client.WithToken(b.token(t, "fabrikam-csp"))), mr)
				}
			}
			if trial.first != nil {
				if err := trial.first(t.Context(), b.cc, b.mr); err != nil {
					t.Fatal(err)
				}
			}
			for _, status := range slices.Sorted(maps.Keys(fails)) {
				failed := failure(t, fails[status](t.Context(), b.cc, b.mr), kinds[status])
				if failed.Status != status || failed.Attempts != 1 {
					t.Errorf("status %d after %d attempts, want %d: %v", failed.Status, failed.Attempts, status, failed)
				}
				if operations[id].Responses.Status(status) == nil {
					t.Errorf("status %d is not declared", status)
				}
				if (status == 400 || status == 404) && (failed.Message == "" || failed.EnvelopeStatus != status) {
					t.Errorf("the envelope was not read: %+v", failed)
				}
			}
			before := len(b.Exchanges(0))
			if err := trial.do(t.Context(), b.cc, b.mr); err != nil {
				t.Fatal(err)
			}
			for _, x := range b.Exchanges(0)[before:] {
				if len(x.Findings) > 0 || x.Status >= 300 {
					t.Errorf("the sandbox answered %d and found %v", x.Status, x.Findings)
				}
			}
		})
	}
}
