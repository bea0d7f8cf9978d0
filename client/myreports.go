package client

import "github.com/google/uuid"

// MyReports is a client of the MyReports API. It and its resources are safe for concurrent use.
type MyReports struct{ core *core }

// NewMyReports returns a client of MyReports. It needs [WithRegion] or [WithBaseURL], and one of the options for
// credentials. It does not connect yet. The error joins all mistakes in the options.
func NewMyReports(opts ...Option) (*MyReports, error) {
	s := newSettings(APIMyReports, opts)
	if s.has.tenant {
		s.mistake("WithTenant: MyReports names the tenant in its paths")
	}
	c := s.core()
	if err := s.err(); err != nil {
		return nil, err
	}
	return &MyReports{core: c}, nil
}

// Accounts are the reseller accounts of the enterprise. Their ids are what the other resources need.
func (mr *MyReports) Accounts() Accounts { return Accounts{c: mr.core} }

// AccountCustomers are the customers of a reseller account.
func (mr *MyReports) AccountCustomers(accountID uuid.UUID) AccountCustomers {
	return AccountCustomers{c: mr.core, accountID: accountID}
}

// AccountUsers are the users of a reseller account.
func (mr *MyReports) AccountUsers(accountID uuid.UUID) AccountUsers {
	return AccountUsers{c: mr.core, accountID: accountID}
}

// CustomerUsers are the users of a customer of a reseller account.
func (mr *MyReports) CustomerUsers(accountID, customerID uuid.UUID) AccountCustomerUsers {
	return AccountCustomerUsers{c: mr.core, accountID: accountID, customerID: customerID}
}
