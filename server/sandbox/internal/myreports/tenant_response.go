package myreports

import (
	"cmp"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
)

// A tenantResponse is an envelope around one account or customer, or a page of them.
type tenantResponse struct {
	api  *API
	body []byte // the envelope up to its status
}

// tenantPage returns a page's envelope. page_size is the number of items, not the size that was requested.
func (a *API) tenantPage(p page, tenants []store.TenantProfile, parent uuid.UUID) tenantResponse {
	b := strconv.AppendInt([]byte(`{"page_size":`), int64(len(tenants)), 10)
	b = strconv.AppendInt(append(b, `,"page_index":`...), int64(p.index), 10)
	b = append(b, `,"data":[`...)
	for i, t := range tenants {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendTenant(b, t, parent)
	}
	return tenantResponse{a, append(b, ']')}
}

func (a *API) oneTenant(t store.TenantProfile, parent uuid.UUID) tenantResponse {
	return tenantResponse{a, appendTenant([]byte(`{"data":`), t, parent)}
}

// unknownTime is the time that .NET writes for one that was never set.
const unknownTime = "0001-01-01T00:00:00.000"

// appendTenant writes the members in the order of the documented samples. timezone and countryCode, which no sample has, follow
// if they are known.
func appendTenant(b []byte, t store.TenantProfile, parent uuid.UUID) []byte {
	b = answer.AppendString(append(b, `{"id":`...), t.ID.String())
	b = answer.AppendString(append(b, `,"name":`...), t.Name)
	b = appendText(append(b, `,"description":`...), t.Description)
	b = strconv.AppendBool(append(b, `,"enabled":`...), t.Enabled)
	b = answer.AppendString(append(b, `,"parentTenantId":`...), parent.String())
	b = appendText(append(b, `,"reference":`...), t.Reference)
	b = answer.AppendString(append(b, `,"dateCreated":`...), cmp.Or(answer.Value(t.DateCreated), unknownTime))
	if t.Timezone != nil {
		b = answer.AppendString(append(b, `,"timezone":`...), *t.Timezone)
	}
	if t.CountryCode != nil {
		b = answer.AppendString(append(b, `,"countryCode":`...), *t.CountryCode)
	}
	return append(b, '}')
}

// appendText writes a text, or null for nil.
func appendText(b []byte, text *string) []byte {
	if text == nil {
		return append(b, "null"...)
	}
	return answer.AppendString(b, *text)
}

func (t tenantResponse) write(w http.ResponseWriter) error {
	t.api.send(w, http.StatusOK, append(t.body, `,"status":"success"`...))
	return nil
}

// VisitListAccountsResponse writes the envelope.
func (t tenantResponse) VisitListAccountsResponse(w http.ResponseWriter) error { return t.write(w) }

// VisitGetAccountResponse writes the envelope.
func (t tenantResponse) VisitGetAccountResponse(w http.ResponseWriter) error { return t.write(w) }

// VisitListAccountCustomersResponse writes the envelope.
func (t tenantResponse) VisitListAccountCustomersResponse(w http.ResponseWriter) error {
	return t.write(w)
}

// VisitGetAccountCustomerResponse writes the envelope.
func (t tenantResponse) VisitGetAccountCustomerResponse(w http.ResponseWriter) error {
	return t.write(w)
}
