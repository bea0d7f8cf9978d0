package sandbox

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/resellerkit/resellerkit/server/internal/store"
)

// The generated writers sort members and escape; the service does neither. These write the envelopes in its way, for all
// operations that answer alike.

// userAnswer is an envelope around one user or a list of them.
type userAnswer struct {
	m        *myReports
	body     []byte // the envelope up to its status
	location string // of what was created; "" where nothing was
}

// list counts first, as the documented samples do. Items have no roles.
func (m *myReports) list(t reportTenant, users []store.Member) userAnswer {
	b := strconv.AppendInt([]byte(`{"page_size":`), int64(len(users)), 10)
	b = append(b, `,"data":[`...)
	for i, user := range users {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendUser(b, t, user), '}')
	}
	return userAnswer{m: m, body: append(b, ']')}
}

func (m *myReports) one(t reportTenant, user store.Member) userAnswer {
	b := appendUser([]byte(`{"data":`), t, user)
	b = appendStrings(append(b, `,"roles":`...), user.Roles)
	return userAnswer{m: m, body: append(b, '}')}
}

// appendUser writes the members in the order of the documented samples, and leaves the object open.
func appendUser(b []byte, t reportTenant, user store.Member) []byte {
	b = appendString(append(b, `{"id":`...), user.ID.String())
	b = appendString(append(b, `,"displayName":`...), user.DisplayName)
	b = appendString(append(b, `,"email":`...), user.Email)
	b = appendString(append(b, `,"primaryTenant":`...), user.PrimaryTenant.String())
	if t.customer != nil {
		b = strconv.AppendBool(append(b, `,"isParent":`...), user.IsParent)
	}
	return b
}

func (a userAnswer) write(w http.ResponseWriter) error {
	status := http.StatusOK
	if a.location != "" {
		status = http.StatusCreated
		w.Header().Set("Location", a.location)
	}
	a.m.send(w, status, append(a.body, `,"status":"success"`...))
	return nil
}

// VisitListAccountUsersResponse writes the envelope.
func (a userAnswer) VisitListAccountUsersResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitCreateAccountUserResponse writes the envelope.
func (a userAnswer) VisitCreateAccountUserResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitGetAccountUserResponse writes the envelope.
func (a userAnswer) VisitGetAccountUserResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitListAccountCustomerUsersResponse writes the envelope.
func (a userAnswer) VisitListAccountCustomerUsersResponse(w http.ResponseWriter) error {
	return a.write(w)
}

// VisitCreateAccountCustomerUserResponse writes the envelope.
func (a userAnswer) VisitCreateAccountCustomerUserResponse(w http.ResponseWriter) error {
	return a.write(w)
}

// VisitGetAccountCustomerUserResponse writes the envelope.
func (a userAnswer) VisitGetAccountCustomerUserResponse(w http.ResponseWriter) error {
	return a.write(w)
}

// success is the answer without data.
type success struct{ m *myReports }

func (s success) write(w http.ResponseWriter) error {
	s.m.send(w, http.StatusOK, []byte(`{"status":"success"`))
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

// memberOrder is that of the documented samples. What is not among them comes behind, by name.
var memberOrder = []string{
	"page_size", "data", "error", "errorCode", "message", "status", "timestamp",
	"id", "displayName", "email", "primaryTenant", "isParent", "roles",
}

// encodeReport writes an example of the document as the service writes its bodies.
func encodeReport(value any) ([]byte, error) { return appendReport(nil, value) }

func appendReport(b []byte, value any) (_ []byte, err error) {
	switch v := value.(type) {
	case map[string]any:
		b = append(b, '{')
		for i, name := range slices.SortedFunc(maps.Keys(v), byMemberOrder) {
			if i > 0 {
				b = append(b, ',')
			}
			if b, err = appendReport(append(appendString(b, name), ':'), v[name]); err != nil {
				return nil, err
			}
		}
		return append(b, '}'), nil
	case []any:
		b = append(b, '[')
		for i, item := range v {
			if i > 0 {
				b = append(b, ',')
			}
			if b, err = appendReport(b, item); err != nil {
				return nil, err
			}
		}
		return append(b, ']'), nil
	case string:
		return appendString(b, v), nil
	}
	text, err := json.Marshal(value)
	return append(b, text...), err
}

func byMemberOrder(a, b string) int {
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b))
}

func rank(name string) int {
	if i := slices.Index(memberOrder, name); i >= 0 {
		return i
	}
	return len(memberOrder)
}
