package sandbox

import (
	"context"

	api "github.com/resellerkit/resellerkit/gen/sandbox"
	"github.com/resellerkit/resellerkit/gen/sandboxserver"
	"github.com/resellerkit/resellerkit/server/internal/store"
)

// maxMails is how many mails are given at once.
const maxMails = 1000

// The kinds of mails. They are kept in the store, in the transaction of what they are about: a mail is there when, and only
// when, its cause was acknowledged or might have been.
const (
	mailActivation = string(api.Activation)
	mailPassword   = string(api.Password)
)

// Outbox gives the mails that the services would have sent, the newest 1,000 of them, the oldest first.
func (s *Sandbox) Outbox(ctx context.Context) ([]api.Mail, error) { return s.mailsAfter(ctx, 0) }

func (s *Sandbox) mailsAfter(ctx context.Context, id int64) (mails []api.Mail, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		mails, err = each(func() ([]store.Mail, error) { return tx.Mails(id, maxMails) }, func(m store.Mail) (api.Mail, error) {
			return api.Mail{
				ID: m.ID, Kind: api.MailKind(m.Kind), To: m.To, API: m.API, Tenant: m.Tenant, UserID: m.UserID, Time: m.Sent,
			}, nil
		})
		return err
	})
	return mails, err
}

func (m *myReports) mailActivation(tx *store.Tx, t reportTenant, user store.Member) error {
	return tx.AddMail(store.Mail{
		Kind: mailActivation, To: user.Email, API: portal.api, Tenant: t.id().String(), UserID: user.ID, Sent: m.now(),
	})
}

// ListOutbox answers the mails.
func (c *control) ListOutbox(ctx context.Context, req sandboxserver.ListOutboxRequestObject) (sandboxserver.ListOutboxResponseObject, error) {
	mails, err := c.mailsAfter(ctx, value(req.Params.After))
	return sandboxserver.ListOutbox200JSONResponse(mails), err
}
