package cloudcockpit

import (
	"net/http"
	"strconv"
	"sync"
)

// Responses with customer users consist of JSON that the store keeps beside each user. The contract checks it with the rest of
// the response.

// customerUser is the response with a user: its JSON.
type customerUser string

// VisitGetCustomerUserResponse writes the user.
func (u customerUser) VisitGetCustomerUserResponse(w http.ResponseWriter) error {
	return writePooled(w, func(b []byte) []byte { return append(b, u...) })
}

// customerUserPage is the response with a page of users.
type customerUserPage struct {
	page
	users string // their JSON, with commas between them
}

// VisitListCustomerUsersResponse writes the page.
func (p customerUserPage) VisitListCustomerUsersResponse(w http.ResponseWriter) error {
	return writePooled(w, p.appendTo)
}

// appendTo appends the members in the order of the generated type.
func (p customerUserPage) appendTo(b []byte) []byte {
	b = append(b, `{"continuationToken":null,"hasNextPage":`...)
	b = strconv.AppendBool(b, p.number < p.last())
	b = append(b, `,"hasPreviousPage":`...)
	b = strconv.AppendBool(b, p.number > 1)
	b = append(b, `,"items":[`...)
	b = append(b, p.users...)
	b = append(b, `],"paginationParameters":{"pageNumber":`...)
	b = strconv.AppendInt(b, int64(p.number), 10)
	b = append(b, `,"pageSize":`...)
	b = strconv.AppendInt(b, int64(p.size), 10)
	b = append(b, `},"totalCount":`...)
	b = strconv.AppendInt(b, int64(p.total), 10)
	b = append(b, `,"totalPages":`...)
	b = strconv.AppendInt(b, int64(p.last()), 10)
	return append(b, '}')
}

// maxPooled bounds the buffers that are kept for other responses.
const maxPooled = 1 << 20

var buffers = sync.Pool{New: func() any { return new([]byte) }}

// writePooled writes a 200 with JSON that appendTo appends to a buffer. It ends with a newline, as the generated responses do.
func writePooled(w http.ResponseWriter, appendTo func([]byte) []byte) error {
	buffer := buffers.Get().(*[]byte)
	*buffer = append(appendTo((*buffer)[:0]), '\n')
	w.Header().Set("Content-Type", MediaType)
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(*buffer)
	if cap(*buffer) <= maxPooled {
		buffers.Put(buffer)
	}
	return err
}
