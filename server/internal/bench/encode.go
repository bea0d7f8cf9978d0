package main

import (
	"encoding/binary"
	"encoding/json"
	"net/http"
	"strconv"
	"sync"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/server/contract"
)

// appendedPage is a page of customer users that is written by appending, with the same bytes as by encoding/json. Its users were
// encoded and checked when they were stored. It replaces the generated ListCustomerUsers200JSONResponse.
type appendedPage struct {
	page  cloudcockpit.CustomerUserPage // without its items
	users []*record
}

// pages holds buffers for pages. An io.Writer must not retain the slice that it is given, so that they can be reused.
var pages = sync.Pool{New: func() any { return new(contract.Answer) }}

// VisitListCustomerUsersResponse writes the page in one call of Write.
func (p appendedPage) VisitListCustomerUsersResponse(w http.ResponseWriter) error {
	a := pages.Get().(*contract.Answer)
	defer pages.Put(a)
	a.Reset()
	p.appendTo(a)
	a.Text = append(a.Text, '\n')
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusOK)
	return a.Write(w)
}

func (p appendedPage) appendTo(a *contract.Answer) {
	b := appendText(append(a.Text, `{"continuationToken":`...), p.page.ContinuationToken)
	b = strconv.AppendBool(append(b, `,"hasNextPage":`...), p.page.HasNextPage)
	b = strconv.AppendBool(append(b, `,"hasPreviousPage":`...), p.page.HasPreviousPage)
	a.Text = append(b, `,"items":[`...)
	for i, u := range p.users {
		if i > 0 {
			a.Text = append(a.Text, ',')
		}
		u.appendTo(a)
	}
	b = append(a.Text, ']')
	if q := p.page.PaginationParameters; q != nil {
		b = strconv.AppendInt(append(b, `,"paginationParameters":{"pageNumber":`...), int64(q.PageNumber), 10)
		b = strconv.AppendInt(append(b, `,"pageSize":`...), int64(q.PageSize), 10)
		b = append(b, '}')
	}
	b = strconv.AppendInt(append(b, `,"totalCount":`...), int64(p.page.TotalCount), 10)
	b = strconv.AppendInt(append(b, `,"totalPages":`...), int64(p.page.TotalPages), 10)
	a.Text = append(b, '}')
}

// appendTo appends the encoded user: as a checked part, or as bytes to be checked if the document does not allow them.
func (r *record) appendTo(a *contract.Answer) {
	if r.encoded == nil {
		a.Add(r.part)
		return
	}
	a.Text = append(a.Text, r.encoded...)
}

// encodeFor encodes the user for pages that c checks.
func (r *record) encodeFor(c *contract.Contract) {
	u := r.user()
	text := appendUser(nil, &u)
	var ok bool
	if r.part, ok = c.Part("listCustomerUsers", http.StatusOK, "/items/0", text); !ok {
		r.encoded = text
	}
}

func appendUser(b []byte, u *cloudcockpit.CustomerUser) []byte {
	b = appendText(append(b, `{"displayName":`...), u.DisplayName)
	b = appendText(append(b, `,"domain":`...), u.Domain)
	b = appendText(append(b, `,"email":`...), u.Email)
	b = appendText(append(b, `,"firstName":`...), u.FirstName)
	if u.ID != nil {
		b = appendUUID(append(b, `,"id":"`...), u.ID)
		b = append(b, '"')
	}
	b = appendText(append(b, `,"lastName":`...), u.LastName)
	b = appendText(append(b, `,"location":`...), u.Location)
	b = appendText(append(b, `,"temporaryPassword":`...), u.TemporaryPassword)
	return append(b, '}')
}

func appendText(b []byte, s *string) []byte {
	if s == nil {
		return append(b, "null"...)
	}
	start := len(b)
	b = append(append(b, '"'), *s...)
	if isPlain(b[start+1:]) {
		return append(b, '"')
	}
	quoted, _ := json.Marshal(*s) // encoding a string does not fail
	return append(b[:start], quoted...)
}

// each repeats a byte eight times; high has the top bit of every byte.
const (
	each = 0x0101010101010101
	high = 0x80 * each
)

// isPlain reports whether encoding/json writes text without an escape. It escapes < > & and the separators U+2028 and U+2029, too,
// because HTML and JavaScript give them a meaning. Eight bytes are tested at once. Text beyond ASCII is plain if isPlainUnicode
// reports it.
func isPlain(text []byte) bool {
	i := 0
	for ; i+8 <= len(text); i += 8 {
		w := binary.LittleEndian.Uint64(text[i:])
		// One bit distinguishes a quote from &, and < from >, so that one comparison finds both.
		quote, angle, slash := w&^(4*each)^'"'*each, w|2*each^'>'*each, w^'\\'*each
		if ((quote-each)&^quote|(angle-each)&^angle|(slash-each)&^slash|(w-' '*each)&^w|w)&high != 0 {
			return isPlainUnicode(text[i:])
		}
	}
	return isPlainUnicode(text[i:])
}

func isPlainUnicode(text []byte) bool {
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r < ' ' || r == '"' || r == '\\' || r == '<' || r == '>' || r == '&':
			return false
		case r == '\u2028' || r == '\u2029' || r == utf8.RuneError:
			return false
		}
		text = text[size:]
	}
	return true
}

// appendUUID appends the canonical form of RFC 9562, section 4.
func appendUUID(b []byte, id *uuid.UUID) []byte {
	const hex = "0123456789abcdef"
	for i, c := range id {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			b = append(b, '-')
		}
		b = append(b, hex[c>>4], hex[c&15])
	}
	return b
}
