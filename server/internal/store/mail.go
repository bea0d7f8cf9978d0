package store

import (
	"time"

	"github.com/google/uuid"
)

// Mail is a mail that a service would have sent. The store does not interpret its texts.
type Mail struct {
	// ID starts at 1 again after a Clear.
	ID                    int64
	Kind, To, API, Tenant string
	UserID                uuid.UUID
	// Sent is stored to the nanosecond and read in UTC.
	Sent time.Time
}

// AddMail adds a mail. It does not read its ID. The newest 1,000 mails are kept.
func (tx *Tx) AddMail(m Mail) (err error) {
	defer wrapf(&err, "add mail to user %s", m.UserID)
	_, err = tx.exec(`INSERT INTO outbox (kind, recipient, api, tenant, user_id, sent) VALUES ($1, $2, $3, $4, $5, $6)`,
		m.Kind, m.To, m.API, m.Tenant, m.UserID, m.Sent.UTC().Format(time.RFC3339Nano))
	if err != nil {
		return err
	}
	return tx.trimMails()
}

// Mails returns the mails with an id greater than after: the newest limit of them, the oldest first.
func (tx *Tx) Mails(after int64, limit int) ([]Mail, error) {
	ms, err := all(tx, scanMail, `SELECT seq, kind, recipient, api, tenant, user_id, sent FROM (
			SELECT seq, kind, recipient, api, tenant, user_id, sent FROM outbox WHERE seq > $1 ORDER BY seq DESC LIMIT CAST($2 AS BIGINT)
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
