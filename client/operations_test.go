package client_test

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/client"
	"github.com/resellerkit/resellerkit/openapi"
)

// An operationCase is a row of the table of operations: a call that succeeds on the demo data, what must be done before
// it, and calls that fail.
type operationCase struct {
	first, do operation
	fails     map[int]operation // by the status
}

// operationCases has a row for every operationId of the two contracts. Tests that cover every operation use it.
var operationCases = map[string]operationCase{
	"listCustomers": {
		do: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			_, err := cc.Customers().List(ctx, client.ListCustomers{})
			return err
		},
		fails: map[int]operation{400: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			_, err := cc.Customers().ForReseller(unknownID).List(ctx, client.ListCustomers{})
			return err
		}},
	},
	"getCustomer": {
		do: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			_, err := cc.Customers().Get(ctx, contoso)
			return err
		},
		fails: map[int]operation{404: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			_, err := cc.Customers().Get(ctx, unknownID)
			return err
		}},
	},
	"listResellers": {
		do: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			_, err := cc.Resellers().List(ctx, client.ListResellers{})
			return err
		},
		fails: map[int]operation{400: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			_, err := cc.Resellers().List(ctx, client.ListResellers{CustomerID: contoso})
			return err
		}},
	},
	"getReseller": {
		do: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			_, err := cc.Resellers().Get(ctx, alpine)
			return err
		},
		fails: map[int]operation{404: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			_, err := cc.Resellers().Get(ctx, unknownID)
			return err
		}},
	},
	"listProviderInstances": {
		do: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			_, err := cc.ProviderInstances().List(ctx, client.ListProviderInstances{})
			return err
		},
		fails: map[int]operation{400: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			_, err := cc.ProviderInstances().List(ctx, client.ListProviderInstances{PageNumber: -1})
			return err
		}},
	},
	"listAccounts": {do: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
		_, err := mr.Accounts().List(ctx, client.ListAccounts{})
		return err
	}},
	"getAccount": {
		do: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			_, err := mr.Accounts().Get(ctx, account)
			return err
		},
		fails: map[int]operation{404: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			_, err := mr.Accounts().Get(ctx, unknownID)
			return err
		}},
	},
	"listAccountCustomers": {
		do: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			_, err := mr.AccountCustomers(account).List(ctx, client.ListAccountCustomers{})
			return err
		},
		fails: map[int]operation{404: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			_, err := mr.AccountCustomers(unknownID).List(ctx, client.ListAccountCustomers{})
			return err
		}},
	},
	"getAccountCustomer": {
		do: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			_, err := mr.AccountCustomers(account).Get(ctx, bakery)
			return err
		},
		fails: map[int]operation{404: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			_, err := mr.AccountCustomers(account).Get(ctx, unknownID)
			return err
		}},
	},

	"listCustomerUsers": {do: listUsers, fails: map[int]operation{
		400: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			_, err := cc.CustomerUsers(contoso, contosoProvider).List(ctx, client.ListCustomerUsers{PageSize: 2001})
			return err
		},
	}},
	"getCustomerUser": {do: getUser, fails: map[int]operation{
		400: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			_, err := cc.CustomerUsers(contoso, unknownID).Get(ctx, ada)
			return err
		},
		404: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			_, err := cc.CustomerUsers(contoso, contosoProvider).Get(ctx, unknownID)
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
				return cc.CustomerUsers(contoso, contosoProvider).Update(ctx, unknownID, adaAsSheShallBe)
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
				return cc.CustomerUsers(contoso, contosoProvider).SetLicenses(ctx, unknownID)
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
				_, err := cc.CustomerLicenses(unknownID, contosoProvider).List(ctx)
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
				_, err := cc.PortalUsers(unknownID).List(ctx)
				return err
			},
		},
	},
	"createPortalUser": {
		do: createGrace,
		fails: map[int]operation{
			400: createUser,
			404: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
				_, err := cc.PortalUsers(unknownID).Create(ctx, grace)
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
			_, err := cc.ResellerUsers(unknownID).Create(ctx, grace)
			return err
		}},
	},
	"listUsers": {
		do: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			_, err := cc.Users().List(ctx, client.ListUsers{})
			return err
		},
		fails: map[int]operation{400: func(ctx context.Context, cc *client.CloudCockpit, _ *client.MyReports) error {
			_, err := cc.Users().ForReseller(unknownID).List(ctx, client.ListUsers{})
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
				return cc.Users().ForReseller(unknownID).Delete(ctx, graceEmail)
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
			_, err := mr.AccountUsers(unknownID).List(ctx)
			return err
		},
	}},
	"getAccountUser": {do: getAccountUser, fails: map[int]operation{
		404: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			_, err := mr.AccountUsers(account).Get(ctx, unknownID)
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
				_, err := mr.AccountUsers(unknownID).Create(ctx, nina)
				return err
			},
		},
	},
	"patchAccountUser": {do: patchAccountUser, fails: map[int]operation{
		400: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			return mr.AccountUsers(account).Patch(ctx, uma, client.Patch().ReplaceDisplayName(""))
		},
		404: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			return mr.AccountUsers(account).Patch(ctx, unknownID, client.Patch())
		},
	}},
	"deleteAccountUser": {
		do: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			return mr.AccountUsers(account).Delete(ctx, uma)
		},
		fails: map[int]operation{404: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			return mr.AccountUsers(account).Delete(ctx, unknownID)
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
				return mr.AccountUsers(account).SendActivationEmail(ctx, unknownID)
			},
		},
	},
	"listAccountCustomerUsers": {
		do: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			_, err := mr.CustomerUsers(account, bakery).List(ctx)
			return err
		},
		fails: map[int]operation{404: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			_, err := mr.CustomerUsers(account, unknownID).List(ctx)
			return err
		}},
	},
	"getAccountCustomerUser": {
		do: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			_, err := mr.CustomerUsers(account, bakery).Get(ctx, xavier)
			return err
		},
		fails: map[int]operation{404: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			_, err := mr.CustomerUsers(account, bakery).Get(ctx, unknownID)
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
				_, err := mr.CustomerUsers(unknownID, bakery).Create(ctx, nina)
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
				return mr.CustomerUsers(account, bakery).Patch(ctx, unknownID, client.Patch())
			},
		},
	},
	"deleteAccountCustomerUser": {
		do: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			return mr.CustomerUsers(account, bakery).Delete(ctx, xavier)
		},
		fails: map[int]operation{404: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			return mr.CustomerUsers(account, bakery).Delete(ctx, unknownID)
		}},
	},
	"sendAccountCustomerUserActivationEmail": {
		do: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			return mr.CustomerUsers(account, bakery).SendActivationEmail(ctx, xavier)
		},
		fails: map[int]operation{404: func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
			return mr.CustomerUsers(account, bakery).SendActivationEmail(ctx, unknownID)
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

// caseOf returns the row of an operation.
func caseOf(t testing.TB, id string) operationCase {
	t.Helper()
	row, ok := operationCases[id]
	if !ok {
		t.Fatalf("operation %s has no row in operationCases: give the client a method for it, and add a row that calls it", id)
	}
	return row
}

// A declaredOperation is an operation of a contract.
type declaredOperation struct {
	*openapi3.Operation
	method, path string
}

// once reports whether the operation must not be sent again when it may have been carried out.
func (op declaredOperation) once() bool {
	return op.method == http.MethodPost || op.method == http.MethodPatch && strings.HasPrefix(op.path, "/v1.0/")
}

// declared returns the operations of both contracts by their ids.
func declared(t testing.TB) map[string]declaredOperation {
	t.Helper()
	operations := map[string]declaredOperation{}
	for _, load := range []func() (*openapi3.T, error){openapi.CloudCockpit, openapi.MyReports} {
		doc, err := load()
		if err != nil {
			t.Fatal(err)
		}
		for path, item := range doc.Paths.Map() {
			for method, op := range item.Operations() {
				operations[op.OperationID] = declaredOperation{op, method, path}
			}
		}
	}
	return operations
}

// Ensure that every operationId of the contracts has a method, and that its row in the table calls it.
func TestEveryOperationHasAMethod(t *testing.T) {
	t.Parallel()
	for id := range declared(t) {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			var last string
			seen := client.WithHooks(client.Hooks{Before: func(_ context.Context, a client.Attempt) error {
				last = a.Operation
				return nil
			}})
			cc, mr := onScript(t, &script{steps: []step{{status: 200, body: adaJSON}}}, seen) // CloudCockpit's reads return a user
			_ = caseOf(t, id).do(t.Context(), cc, mr)
			if last != id {
				t.Errorf("the row calls %s", last)
			}
		})
	}
}

// Ensure that every operation succeeds on the sandbox without findings, and fails with each declared 4xx status.
func TestOperations(t *testing.T) {
	t.Parallel()
	operations := declared(t)
	kinds := map[int]error{
		400: client.ErrInvalid, 401: client.ErrUnauthorized, 402: client.ErrPaymentRequired, 403: client.ErrForbidden, 404: client.ErrNotFound,
	}
	b := newSandbox(t)
	for _, id := range slices.Sorted(maps.Keys(operations)) {
		row := caseOf(t, id)
		t.Run(id, func(t *testing.T) {
			b.reset(t)
			fails := map[int]operation{}
			maps.Copy(fails, row.fails)
			fails[401] = func(ctx context.Context, _ *client.CloudCockpit, _ *client.MyReports) error {
				return row.do(ctx, newCloudCockpit(t, b.url), newMyReports(t, b.url))
			}
			if operations[id].Responses.Value("403") != nil {
				fails[403] = func(ctx context.Context, _ *client.CloudCockpit, mr *client.MyReports) error {
					return row.do(ctx, newCloudCockpit(t, b.url, client.WithToken(b.token(t, "fabrikam-csp"))), mr)
				}
			}
			if row.first != nil {
				if err := row.first(t.Context(), b.cc, b.mr); err != nil {
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
			if err := row.do(t.Context(), b.cc, b.mr); err != nil {
				t.Fatal(err)
			}
			for _, x := range b.Exchanges(0)[before:] {
				if len(x.Findings) > 0 || x.Status >= 300 {
					t.Errorf("the sandbox responded %d and found %v", x.Status, x.Findings)
				}
			}
		})
	}
}
