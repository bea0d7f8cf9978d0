package cloudcockpit

import (
	"github.com/google/uuid"

	api "github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/server/internal/store"
)

// The defaults that the documents print.
const (
	defaultPageNumber = 1
	defaultPageSize   = 25
)

// A page is a page of a list: its number, counted from 1, its size and the total of the list.
type page struct {
	number, size, total int
}

func newPage(number, size *int32) page {
	p := page{number: defaultPageNumber, size: defaultPageSize}
	if number != nil {
		p.number = int(*number)
	}
	if size != nil {
		p.size = int(*size)
	}
	return p
}

// last returns the number of pages, which is 0 for an empty list.
func (p page) last() int { return (p.total + p.size - 1) / p.size }

// offset returns the number of items before the page.
func (p page) offset() int { return (p.number - 1) * p.size }

// parameters returns the page as the response repeats it.
func (p page) parameters() *api.PaginationParameters {
	return &api.PaginationParameters{PageNumber: int32(p.number), PageSize: int32(p.size)}
}

// seek reads the page that the seek operation selects, starting from p's number, and sets the number and total of p.
func seek(tx *store.Tx, domain string, instance uuid.UUID, q store.Query, p *page, op api.ListCustomerUsersParamsSeekOperation) (store.UserPage, error) {
	switch op {
	case api.First:
		p.number = 1
	case api.Previous:
		p.number = max(1, p.number-1)
	case api.Last:
		one, err := tx.FindCustomerUsers(domain, instance, store.Query{Search: q.Search, Limit: 1})
		if err != nil {
			return store.UserPage{}, err
		}
		p.total = one.Total
		p.number = max(1, p.last())
	}
	q.Offset = p.offset()
	users, err := tx.FindCustomerUsers(domain, instance, q)
	p.total = users.Total
	return users, err
}
