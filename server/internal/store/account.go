package store

import "github.com/google/uuid"

// Enterprise owns MyReports clients, accounts and people.
type Enterprise struct {
	// Name is the enterprise's key in every method that takes an enterprise. It is compared byte by byte.
	Name string
}

// Account is a reseller's account. People are members of it.
type Account struct {
	ID   uuid.UUID
	Name string
}

// AccountCustomer is a customer of an account. People are members of it, too.
type AccountCustomer struct {
	ID, AccountID uuid.UUID
	Name          string
}

// AddEnterprise adds an enterprise. The error wraps [ErrConflict] if the name is taken.
func (tx *Tx) AddEnterprise(e Enterprise) error {
	_, err := tx.exec(`INSERT INTO enterprises (name) VALUES ($1)`, e.Name)
	return wrap(err, "add enterprise")
}

// Enterprises returns all enterprises.
func (tx *Tx) Enterprises() ([]Enterprise, error) {
	scan := func(r row) (e Enterprise, err error) { return e, r.Scan(&e.Name) }
	es, err := all(tx, scan, `SELECT name FROM enterprises ORDER BY seq`)
	return es, wrap(err, "list enterprises")
}

// AddAccount adds an account. The error wraps [ErrConflict] if an account or an account's customer of the enterprise has
// the id.
func (tx *Tx) AddAccount(enterprise string, a Account) error {
	_, err := tx.exec(`INSERT INTO report_tenants (enterprise, id, name, name_key) VALUES ($1, $2, $3, $4)`,
		enterprise, a.ID, a.Name, Fold(a.Name))
	return wrap(err, "add account %s to %s", a.ID, enterprise)
}

// Account returns an enterprise's account, or an error wrapping [ErrNotFound].
func (tx *Tx) Account(enterprise string, id uuid.UUID) (Account, error) {
	a, err := remembered(tx, directoryKey{kind: kindAccount, owner: enterprise, id: id}, func() (Account, error) {
		return one(tx, scanAccount,
			`SELECT id, name FROM report_tenants WHERE enterprise = $1 AND id = $2 AND account_id IS NULL`, enterprise, id)
	})
	return a, wrap(err, "account %s of %s", id, enterprise)
}

// Accounts returns an enterprise's accounts.
func (tx *Tx) Accounts(enterprise string) ([]Account, error) {
	as, err := all(tx, scanAccount,
		`SELECT id, name FROM report_tenants WHERE enterprise = $1 AND account_id IS NULL ORDER BY seq`, enterprise)
	return as, wrap(err, "list accounts of %s", enterprise)
}

func scanAccount(r row) (a Account, err error) {
	err = r.Scan(&a.ID, &a.Name)
	return a, err
}

// AddAccountCustomer adds a customer to the account it names. The error wraps [ErrConflict] if an account or an account's
// customer of the enterprise has the id, and [ErrNotFound] if the account does not exist.
func (tx *Tx) AddAccountCustomer(enterprise string, c AccountCustomer) error {
	err := tx.execOne(`INSERT INTO report_tenants (enterprise, id, account_id, name, name_key)
		SELECT a.enterprise, $2, a.id, $4, $5 FROM report_tenants a WHERE a.enterprise = $1 AND a.id = $3 AND a.account_id IS NULL`,
		enterprise, c.ID, c.AccountID, c.Name, Fold(c.Name))
	return wrap(err, "add customer %s to account %s of %s", c.ID, c.AccountID, enterprise)
}

// AccountCustomer returns an account's customer, or an error wrapping [ErrNotFound].
func (tx *Tx) AccountCustomer(enterprise string, accountID, id uuid.UUID) (AccountCustomer, error) {
	key := directoryKey{kind: kindAccountCustomer, owner: enterprise, parent: accountID, id: id}
	c, err := remembered(tx, key, func() (AccountCustomer, error) {
		return one(tx, scanAccountCustomer,
			`SELECT id, account_id, name FROM report_tenants WHERE enterprise = $1 AND account_id = $2 AND id = $3`,
			enterprise, accountID, id)
	})
	return c, wrap(err, "customer %s of account %s of %s", id, accountID, enterprise)
}

// AccountCustomers returns an account's customers.
func (tx *Tx) AccountCustomers(enterprise string, accountID uuid.UUID) ([]AccountCustomer, error) {
	cs, err := all(tx, scanAccountCustomer,
		`SELECT id, account_id, name FROM report_tenants WHERE enterprise = $1 AND account_id = $2 ORDER BY seq`,
		enterprise, accountID)
	return cs, wrap(err, "list customers of account %s of %s", accountID, enterprise)
}

func scanAccountCustomer(r row) (c AccountCustomer, err error) {
	err = r.Scan(&c.ID, &c.AccountID, &c.Name)
	return c, err
}
