package client

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
)

// PaginationParameters are the number and the size of a page, as a page itself has them.
type PaginationParameters = cloudcockpit.PaginationParameters

// listPageSize is what All and Pages ask for where the caller does not say. The service's own 25 makes a listing of ten
// thousand users four hundred requests.
const listPageSize = 500

// A pageInfo is what the three kinds of page have in common.
type pageInfo struct {
	items      int
	echo       *PaginationParameters
	totalPages int32
	hasNext    bool
}

// contradiction tells why a listing must not go on, or end, here. The page itself is good.
func (p pageInfo) contradiction(asked int32) error {
	switch {
	case p.echo != nil && p.echo.PageNumber != asked:
		return fmt.Errorf("page %d was asked for, and page %d came", asked, p.echo.PageNumber)
	case p.hasNext && p.items == 0:
		return fmt.Errorf("page %d is empty, and another one is to follow", asked)
	case p.hasNext && p.totalPages > 0 && asked >= p.totalPages:
		return fmt.Errorf("page %d of %d says that another one follows", asked, p.totalPages)
	case !p.hasNext && p.totalPages > asked:
		return fmt.Errorf("page %d of %d says that none follows", asked, p.totalPages)
	}
	return nil
}

// listing is how one kind of page is fetched and read.
type listing[P any] struct {
	core      *core
	operation string
	first     int32 // the page to begin with; 0 is 1
	fetch     func(ctx context.Context, number int32) (*P, error)
	info      func(*P) pageInfo
}

// pages fetches a page when it is asked for, and no earlier. It ends after the first error.
func (l listing[P]) pages(ctx context.Context) iter.Seq2[*P, error] {
	return func(yield func(*P, error) bool) {
		ctx := withOneCorrelationID(ctx)
		number := max(l.first, 1)
		for fetched := 1; ; fetched, number = fetched+1, number+1 {
			page, err := l.fetch(ctx, number)
			if err != nil {
				yield(nil, err)
				return
			}
			info := l.info(page)
			if !yield(page, nil) {
				return
			}
			err = info.contradiction(number)
			if err == nil && !info.hasNext {
				return
			}
			if err == nil && fetched == l.core.maxPages {
				err = fmt.Errorf("the listing goes on after %d pages", fetched)
			}
			if err != nil {
				yield(nil, l.broken(ctx, err))
				return
			}
		}
	}
}

// broken is the error of a listing whose pages are each as they should be.
func (l listing[P]) broken(ctx context.Context, err error) error {
	return &Error{
		API: l.core.api, Operation: l.operation, CorrelationID: correlationID(ctx), Attempts: 1, Status: 200, kind: ErrShape, Err: err,
	}
}

// each gives the items of pages one by one.
func each[P, T any](pages iter.Seq2[*P, error], items func(*P) []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for page, err := range pages {
			if err != nil {
				var zero T
				yield(zero, err)
				return
			}
			for _, item := range items(page) {
				if !yield(item, nil) {
					return
				}
			}
		}
	}
}

var errSeek = errors.New("field Seek is for List; All and Pages go from page to page by number")

// pageIsWhole holds for what is a page and not another object, such as {} or an error: it has items, or says that it is a
// page.
func pageIsWhole[T any](items []T, echo *PaginationParameters, valid func(*T) bool) bool {
	return (items != nil || echo != nil) && (items == nil || listIsWhole(items, valid))
}

// listIsWhole holds for a list, be it empty, whose items are what they should be.
func listIsWhole[T any](items []T, valid func(*T) bool) bool {
	for i := range items {
		if !valid(&items[i]) {
			return false
		}
	}
	return items != nil
}
