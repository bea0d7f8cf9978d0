package sandbox

import (
	"context"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/gen/controlserver"
	"github.com/resellerkit/resellerkit/server/internal/store"
)

// maxMails is how many mails are given at once.
const maxMails = 1000

// The kinds of mails. They are kept in the store, in the transaction of what they are about: a mail is there when, and only
// when, its cause was acknowledged or might have been.
const (
	mailActivation = string(control.Activation)
	mailPassword   = string(control.Password)
)

// Outbox gives the mails that the services would have sent, the newest 1,000 of them, the oldest first.
func (s *Sandbox) Outbox(ctx context.Context) ([]control.Mail, error) { return s.mailsAfter(ctx, 0) }

func (s *Sandbox) mailsAfter(ctx context.Context, id int64) (mails []control.Mail, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		mails, err = each(func() ([]store.Mail, error) { return tx.Mails(id, maxMails) }, func(m store.Mail) (control.Mail, error) {
			return control.Mail{
				ID: m.ID, Kind: control.MailKind(m.Kind), To: m.To, API: m.API, Tenant: m.Tenant, UserID: m.UserID, Time: m.Sent,
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
func (c *controlPlane) ListOutbox(ctx context.Context, req controlserver.ListOutboxRequestObject) (controlserver.ListOutboxResponseObject, error) {
	mails, err := c.mailsAfter(ctx, value(req.Params.After))
	return controlserver.ListOutbox200JSONResponse(mails), err
}
