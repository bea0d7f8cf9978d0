package myreports

import (
	"net/http"
	"strconv"

	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
)

// The generated writers sort the members and escape more characters than the service does. These responses are written as the
// service writes them, for all operations with the same envelope.

// A userResponse is an envelope around one user or a list of them.
type userResponse struct {
	api      *API
	body     []byte // the envelope up to its status
	location string // of a new user, or ""
}

// list returns a list's envelope. As in the documented samples the count is first, and the items have no roles.
func (a *API) list(t tenant, users []store.Member) userResponse {
	b := strconv.AppendInt([]byte(`{"page_size":`), int64(len(users)), 10)
	b = append(b, `,"data":[`...)
	for i, user := range users {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendUser(b, t, user), '}')
	}
	return userResponse{api: a, body: append(b, ']')}
}

func (a *API) one(t tenant, user store.Member) userResponse {
	b := appendUser([]byte(`{"data":`), t, user)
	b = answer.AppendStrings(append(b, `,"roles":`...), user.Roles)
	return userResponse{api: a, body: append(b, '}')}
}

// appendUser writes the members in the order of the documented samples, and leaves the object open.
func appendUser(b []byte, t tenant, user store.Member) []byte {
	b = answer.AppendString(append(b, `{"id":`...), user.ID.String())
	b = answer.AppendString(append(b, `,"displayName":`...), user.DisplayName)
	b = answer.AppendString(append(b, `,"email":`...), user.Email)
	b = answer.AppendString(append(b, `,"primaryTenant":`...), user.PrimaryTenant.String())
	if t.customer != nil {
		b = strconv.AppendBool(append(b, `,"isParent":`...), user.IsParent)
	}
	return b
}

func (u userResponse) write(w http.ResponseWriter) error {
	status := http.StatusOK
	if u.location != "" {
		status = http.StatusCreated
		w.Header().Set("Location", u.location)
	}
	u.api.send(w, status, append(u.body, `,"status":"success"`...))
	return nil
}

// VisitListAccountUsersResponse writes the envelope.
func (u userResponse) VisitListAccountUsersResponse(w http.ResponseWriter) error { return u.write(w) }

// VisitCreateAccountUserResponse writes the envelope.
func (u userResponse) VisitCreateAccountUserResponse(w http.ResponseWriter) error { return u.write(w) }

// VisitGetAccountUserResponse writes the envelope.
func (u userResponse) VisitGetAccountUserResponse(w http.ResponseWriter) error { return u.write(w) }

// VisitListAccountCustomerUsersResponse writes the envelope.
func (u userResponse) VisitListAccountCustomerUsersResponse(w http.ResponseWriter) error {
	return u.write(w)
}

// VisitCreateAccountCustomerUserResponse writes the envelope.
func (u userResponse) VisitCreateAccountCustomerUserResponse(w http.ResponseWriter) error {
	return u.write(w)
}

// VisitGetAccountCustomerUserResponse writes the envelope.
func (u userResponse) VisitGetAccountCustomerUserResponse(w http.ResponseWriter) error {
	return u.write(w)
}

// success is the envelope without data.
type success struct{ api *API }

func (s success) write(w http.ResponseWriter) error {
	s.api.send(w, http.StatusOK, []byte(`{"status":"success"`))
	return nil
}

// VisitPatchAccountUserResponse writes the envelope.
func (s success) VisitPatchAccountUserResponse(w http.ResponseWriter) error { return s.write(w) }

// VisitDeleteAccountUserResponse writes the envelope.
func (s success) VisitDeleteAccountUserResponse(w http.ResponseWriter) error { return s.write(w) }

// VisitPatchAccountCustomerUserResponse writes the envelope.
func (s success) VisitPatchAccountCustomerUserResponse(w http.ResponseWriter) error {
	return s.write(w)
}

// VisitDeleteAccountCustomerUserResponse writes the envelope.
func (s success) VisitDeleteAccountCustomerUserResponse(w http.ResponseWriter) error {
	return s.write(w)
}

// send appends the timestamp to an envelope, closes it, and writes it as the service does: compact, and with a charset.
func (a *API) send(w http.ResponseWriter, status int, b []byte) {
	b = append(b, `,"timestamp":"`...)
	b = a.Now().UTC().AppendFormat(b, timestampLayout)
	b = append(b, `"}`...)
	w.Header().Set("Content-Type", MediaType)
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(status)
	_, _ = w.Write(b) // fails when the client is gone
}

// timestampLayout is .NET's round-trip form, which always has seven digits of a second's fraction.
const timestampLayout = "2006-01-02T15:04:05.0000000Z"
