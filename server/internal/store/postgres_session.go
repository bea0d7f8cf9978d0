package store

import (
	"context"
	"database/sql"
	"errors"
)

var (
	// REPEATABLE READ gives a View a snapshot: all its reads see the same moment, with every commit that was acknowledged
	// before the View began.
	viewOptions = sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	// Most writes depend on what they read: is a seat free, is the e-mail taken. Under REPEATABLE READ two transactions may
	// both read, both decide, and both write different rows (write skew). SERIALIZABLE fails one of them, and it is tried
	// again. A transaction that refuses needs no such check: it wrote nothing, and it read a snapshot, as a View does.
	updateOptions = sql.TxOptions{Isolation: sql.LevelSerializable}
)

// postgresPool is a PostgreSQL database. The driver keeps the statements of a connection.
type postgresPool struct {
	db *sql.DB
	// options are those of a transaction.
	options sql.TxOptions
	// writes is set if the context of begin must not cancel the commit.
	writes bool
}

func (p *postgresPool) begin(ctx context.Context) (session, error) {
	conn, err := p.db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	if p.writes {
		ctx = context.WithoutCancel(ctx)
	}
	tx, err := conn.BeginTx(ctx, &p.options)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return &postgresSession{conn: conn, tx: tx}, nil
}

func (p *postgresPool) close() error { return p.db.Close() }

// postgresSession is a transaction on PostgreSQL.
type postgresSession struct {
	conn *sql.Conn
	tx   *sql.Tx
}

func (s *postgresSession) exec(ctx context.Context, query string, args []any) (int64, error) {
	result, err := s.tx.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (s *postgresSession) query(ctx context.Context, query string, args []any, each func(row) error) error {
	rows, err := s.tx.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (s *postgresSession) script(ctx context.Context, text string) error {
	_, err := s.tx.ExecContext(ctx, text)
	return err
}

func (s *postgresSession) commit() error {
	defer func() { _ = s.conn.Close() }()
	return s.tx.Commit()
}

func (s *postgresSession) rollback() {
	_ = s.tx.Rollback()
	_ = s.conn.Close()
}
