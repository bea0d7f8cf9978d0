package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	"modernc.org/sqlite"
)

// maxStatements bounds the statements that a connection keeps.
const maxStatements = 256

// sqliteConn is a connection to a SQLite database that keeps its statements: to parse and plan a statement takes longer than
// most of them run. It uses the driver without database/sql, which would start a goroutine for each transaction and each
// query, and copy each value twice. It is for one goroutine at a time.
type sqliteConn struct {
	conn       driver.Conn
	statements map[string]sqliteStatement // by text
	args       []driver.NamedValue        // of the statement that runs
	row        sqliteRow                  // of the result that is read
}

type sqliteStatement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

func openSQLiteConn(address string) (*sqliteConn, error) {
	conn, err := new(sqlite.Driver).Open(address)
	if err != nil {
		return nil, err
	}
	return &sqliteConn{conn: conn, statements: make(map[string]sqliteStatement)}, nil
}

// statement returns the statement with a text, and prepares it if it is new.
func (c *sqliteConn) statement(query string) (sqliteStatement, error) {
	if s, ok := c.statements[query]; ok {
		return s, nil
	}
	prepared, err := c.conn.Prepare(query)
	if err != nil {
		return nil, err
	}
	s, ok := prepared.(sqliteStatement)
	if !ok {
		return nil, errors.Join(errors.New("the SQLite driver has no statements with contexts"), prepared.Close())
	}
	if len(c.statements) >= maxStatements {
		for text, other := range c.statements {
			delete(c.statements, text)
			if err := other.Close(); err != nil {
				return nil, errors.Join(err, s.Close())
			}
			break
		}
	}
	c.statements[query] = s
	return s, nil
}

// bind converts the arguments of a statement. The result is valid until the next call.
func (c *sqliteConn) bind(args []any) ([]driver.NamedValue, error) {
	c.args = c.args[:0]
	for i, arg := range args {
		value, err := sqliteValue(arg)
		if err != nil {
			return nil, fmt.Errorf("parameter %d: %w", i+1, err)
		}
		c.args = append(c.args, driver.NamedValue{Ordinal: i + 1, Value: value})
	}
	return c.args, nil
}

// exec is the method of a session, which embeds the connection and calls it with arguments.
func (c *sqliteConn) exec(ctx context.Context, query string, args []any) (int64, error) { //nolint:unparam // called through the interface session, too
	s, err := c.statement(query)
	if err != nil {
		return 0, err
	}
	values, err := c.bind(args)
	if err != nil {
		return 0, err
	}
	result, err := s.ExecContext(ctx, values)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (c *sqliteConn) query(ctx context.Context, query string, args []any, each func(row) error) (err error) {
	s, err := c.statement(query)
	if err != nil {
		return err
	}
	values, err := c.bind(args)
	if err != nil {
		return err
	}
	rows, err := s.QueryContext(ctx, values)
	if err != nil {
		return err
	}
	// Close resets the statement for its next use.
	defer func() { err = errors.Join(err, rows.Close()) }()
	c.row.reset(len(rows.Columns()))
	for {
		switch err := rows.Next(c.row.values); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if err := each(&c.row); err != nil {
			return err
		}
	}
}

// script runs several statements, which are not kept.
func (c *sqliteConn) script(ctx context.Context, text string) error {
	runner, ok := c.conn.(driver.ExecerContext)
	if !ok {
		return errors.New("the SQLite driver cannot run several statements")
	}
	_, err := runner.ExecContext(ctx, text, nil)
	return err
}

// usable reports whether the connection can be used again. One on a file cannot after a statement was interrupted.
func (c *sqliteConn) usable() bool {
	v, ok := c.conn.(driver.Validator)
	return !ok || v.IsValid()
}

// close closes the statements first: SQLite does not close a file, and does not remove its log, while a statement is open.
func (c *sqliteConn) close() error {
	var errs []error
	for _, s := range c.statements {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, c.conn.Close())...)
}
