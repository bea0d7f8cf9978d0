package store

import (
	"errors"
	"math/rand/v2"
	"time"
)

// Rows that no operation deletes would fill the disk of a sandbox that runs for months. The oldest are therefore deleted.
const (
	// maxMails is the number of mails that are kept, and maxDeleted that of the deleted portal users of a tenant.
	maxMails   = 1000
	maxDeleted = 1000
	// trimEvery is how many rows are added, on average, before the oldest are deleted. To do that each time would make all
	// transactions on PostgreSQL that add such a row conflict with each other. By chance needs no counter that processes share.
	trimEvery = 100
)

// trimMails deletes all mails but the newest, once in a while.
func (tx *Tx) trimMails() error {
	if rand.IntN(trimEvery) != 0 {
		return nil
	}
	oldest, err := tx.beyond(`SELECT seq FROM outbox ORDER BY seq DESC LIMIT 1 OFFSET $1`, maxMails)
	if err != nil || oldest == 0 {
		return err
	}
	_, err = tx.exec(`DELETE FROM outbox WHERE seq <= $1`, oldest)
	return err
}

// trimDeleted deletes all deleted portal users of a tenant but the newest, once in a while.
func (tx *Tx) trimDeleted(domain string) error {
	if rand.IntN(trimEvery) != 0 {
		return nil
	}
	oldest, err := tx.beyond(`SELECT seq FROM portal_users WHERE tenant = $2 AND deleted ORDER BY seq DESC LIMIT 1 OFFSET $1`, maxDeleted, domain)
	if err != nil || oldest == 0 {
		return err
	}
	_, err = tx.exec(`DELETE FROM portal_user_groups WHERE tenant = $1 AND user_id IN
		(SELECT id FROM portal_users WHERE tenant = $1 AND deleted AND seq <= $2)`, domain, oldest)
	if err != nil {
		return err
	}
	_, err = tx.exec(`DELETE FROM portal_users WHERE tenant = $1 AND deleted AND seq <= $2`, domain, oldest)
	return err
}

// beyond returns the seq of the newest row that is not kept, or 0 if all are.
func (tx *Tx) beyond(query string, args ...any) (int64, error) {
	seq, err := one(tx, value[int64], query, args...)
	if errors.Is(err, ErrNotFound) {
		return 0, nil
	}
	return seq, err
}

// OpenCodes returns the number of authorization codes that are neither used nor expired at now, if there are fewer than limit, or
// else limit. lifetime is how long a code is valid: refresh tokens expire later, so that they are not read.
func (tx *Tx) OpenCodes(now time.Time, lifetime time.Duration, limit int) (int, error) {
	n, err := one(tx, value[int], `SELECT COUNT(*) FROM (SELECT 1 FROM grants
			WHERE expires > $1 AND expires <= $2 AND kind = $3 AND NOT used LIMIT CAST($4 AS BIGINT)) open_codes`,
		now.Unix(), now.Add(lifetime).Unix(), GrantCode, limit)
	return n, wrap(err, "count authorization codes")
}
