package store

import "context"

// database begins transactions. A Store has one or two of them.
type database interface {
	// begin begins a transaction. The context covers the wait for a connection, and on PostgreSQL the transaction, if it is
	// one that reads.
	begin(ctx context.Context) (session, error)
	// close closes the connections that no transaction uses. Those in use are closed when their transaction ends.
	close() error
}

// session is an open transaction. It is for one goroutine at a time.
type session interface {
	// exec runs a statement, and returns the number of rows that it affected.
	exec(ctx context.Context, query string, args []any) (int64, error)
	// query calls each for every row of the result, until each returns an error. each must not use the session.
	query(ctx context.Context, query string, args []any, each func(row) error) error
	// script runs several statements without arguments.
	script(ctx context.Context, text string) error
	// commit commits the transaction. After an error the transaction is rolled back.
	commit() error
	// rollback rolls the transaction back. After commit it does nothing.
	rollback()
}

// row is a row of a result.
type row interface{ Scan(dest ...any) error }
