package sandbox

import (
	"context"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/gen/controlserver"
	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
)

// maxMails is how many mails are returned at once.
const maxMails = 1000

// Outbox returns the mails that the services would have sent, the newest 1,000 of them, the oldest first. A mail is stored in
// the transaction of its cause, so that none is lost and none is sent for a change that failed.
func (s *Sandbox) Outbox(ctx context.Context) ([]control.Mail, error) { return s.mailsAfter(ctx, 0) }

func (s *Sandbox) mailsAfter(ctx context.Context, id int64) (mails []control.Mail, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		mails, err = answer.Each(func() ([]store.Mail, error) { return tx.Mails(id, maxMails) }, func(m store.Mail) (control.Mail, error) {
			return control.Mail{
				ID: m.ID, Kind: control.MailKind(m.Kind), To: m.To, API: m.API, Tenant: m.Tenant, UserID: m.UserID, Time: m.Sent,
			}, nil
		})
		return err
	})
	return mails, err
}

// ListOutbox returns the mails.
func (c *controlPlane) ListOutbox(ctx context.Context, req controlserver.ListOutboxRequestObject) (controlserver.ListOutboxResponseObject, error) {
	mails, err := c.mailsAfter(ctx, answer.Value(req.Params.After))
	return controlserver.ListOutbox200JSONResponse(mails), err
}
