package store

import (
	"time"

	"github.com/google/uuid"
)

// Mail is a mail that a service would have sent. What its texts may hold is the sandbox's affair.
type Mail struct {
	// ID counts up from 1 after a Clear.
	ID                    int64
	Kind, To, API, Tenant string
	UserID                uuid.UUID
	// Sent is stored to the nanosecond and read in UTC.
	Sent time.Time
}

// AddMail adds a mail, whose ID it does not read.
func (tx *Tx) AddMail(m Mail) error {
	_, err := tx.exec(`INSERT INTO outbox (kind, recipient, api, tenant, user_id, sent) VALUES ($1, $2, $3, $4, $5, $6)`,
		m.Kind, m.To, m.API, m.Tenant, m.UserID, m.Sent.UTC().Format(time.RFC3339Nano))
	return wrap(err, "add mail to user %s", m.UserID)
}

// Mails returns the newest mails after the one of an id, no more than limit, the oldest first.
func (tx *Tx) Mails(after int64, limit int) ([]Mail, error) {
	ms, err := all(tx, scanMail, `SELECT seq, kind, recipient, api, tenant, user_id, sent FROM (
			SELECT seq, kind, recipient, api, tenant, user_id, sent FROM outbox WHERE seq > $1 ORDER BY seq DESC LIMIT $2
		) newest ORDER BY seq`, after, limit)
	return ms, wrap(err, "list mails")
}

func scanMail(r row) (m Mail, err error) {
	var sent string
	if err := r.Scan(&m.ID, &m.Kind, &m.To, &m.API, &m.Tenant, &m.UserID, &sent); err != nil {
		return Mail{}, err
	}
	m.Sent, err = time.Parse(time.RFC3339Nano, sent)
	return m, err
}
