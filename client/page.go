package client

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
)

// PaginationParameters are the number and the size of a page, as the page itself states them.
type PaginationParameters = cloudcockpit.PaginationParameters

// listPageSize is the page size of All and Pages unless the caller chooses one. With the service's default of 25, a list
// of ten thousand users would take four hundred requests.
const listPageSize = 500

// A pageInfo is what all kinds of page have in common.
type pageInfo struct {
	items      int
	echo       *PaginationParameters
	totalPages int32
	hasNext    bool
}

// contradiction returns the reason not to continue, or not to end, the list after this page. The page itself is valid.
func (p pageInfo) contradiction(asked int32) error {
	switch {
	case p.echo != nil && p.echo.PageNumber != 0 && p.echo.PageNumber != asked: // 0: the member is missing
		return fmt.Errorf("page %d was requested, and page %d was returned", asked, p.echo.PageNumber)
	case p.hasNext && p.items == 0:
		return fmt.Errorf("page %d is empty, but not the last", asked)
	case p.hasNext && p.totalPages > 0 && asked >= p.totalPages:
		return fmt.Errorf("page %d of %d is not the last", asked, p.totalPages)
	case !p.hasNext && p.totalPages > asked:
		return fmt.Errorf("page %d of %d is the last", asked, p.totalPages)
	}
	return nil
}

// A listing is how the pages of one list are fetched and read.
type listing[P any] struct {
	core      *core
	operation string
	first     int32 // the number of the first page; 0 means 1
	fetch     func(ctx context.Context, number int32) (*P, error)
	info      func(*P) pageInfo
}

// pages fetches each page when the loop asks for it. It ends after the first error.
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
				err = fmt.Errorf("the list has not ended after %d pages", fetched)
			}
			if err != nil {
				yield(nil, l.core.misshapen(ctx, l.operation, err))
				return
			}
		}
	}
}

// each returns the items of pages one by one.
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

// pageIsWhole tells a page from another object, such as {} or an error: it has items or pagination parameters.
func pageIsWhole[T any](items []T, echo *PaginationParameters, valid func(*T) bool) bool {
	return (items != nil || echo != nil) && (items == nil || listIsWhole(items, valid))
}

// listIsWhole reports whether items is a list, possibly empty, of valid items.
func listIsWhole[T any](items []T, valid func(*T) bool) bool {
	for i := range items {
		if !valid(&items[i]) {
			return false
		}
	}
	return items != nil
}
