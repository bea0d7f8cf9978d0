package client

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"

	"github.com/google/uuid"
)

// fullPage is the default and the maximum of MyReports' pageSize. A service that cuts a larger value to it, and does not say
// so, must not end a list too early.
const fullPage = 1000

// An indexedPage is a page of MyReports, counted from 0. The service gives no number of pages.
type indexedPage[T any] struct {
	result[[]T]
	PageIndex json.RawMessage `json:"page_index"`
}

func (p *indexedPage[T]) items() []T {
	if p == nil {
		return nil
	}
	return p.Data
}

func fetchIndexed[T any](ctx context.Context, c *core, op operation, valid func(*T) bool) (*indexedPage[T], error) {
	return fetch(ctx, c, op, func(p *indexedPage[T]) bool { return p.succeeded() && listIsWhole(p.Data, valid) })
}

// An indexedList is how the pages of one list of MyReports are fetched.
type indexedList[T any] struct {
	core        *core
	operation   string
	first, size int32 // size 0 means the service's default
	fetch       func(ctx context.Context, index int32) (*indexedPage[T], error)
	id          func(*T) uuid.UUID
}

func (l indexedList[T]) all(ctx context.Context) iter.Seq2[T, error] {
	return each(l.pages(ctx), func(p *indexedPage[T]) []T { return p.Data })
}

// pages fetches each page when the loop asks for it. It ends after the first page that is not full, and after an error.
func (l indexedList[T]) pages(ctx context.Context) iter.Seq2[*indexedPage[T], error] {
	return func(yield func(*indexedPage[T], error) bool) {
		ctx := withOneCorrelationID(ctx)
		var before uuid.UUID // the first item of the page before
		for fetched, index := 0, l.first; ; fetched, index = fetched+1, index+1 {
			if fetched == l.core.maxPages {
				yield(nil, l.core.misshapen(ctx, l.operation, fmt.Errorf("the list has not ended after %d pages", fetched)))
				return
			}
			page, err := l.fetch(ctx, index)
			if err == nil {
				if contradiction := l.contradiction(page, index, before); contradiction != nil {
					err = l.core.misshapen(ctx, l.operation, contradiction)
				}
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if len(page.Data) > 0 {
				before = l.id(&page.Data[0])
			}
			if !yield(page, nil) || l.isLast(page) {
				return
			}
		}
	}
}

// contradiction returns the reason why the page is not the one that was requested. A service that ignores pageIndex would
// return the same page for ever.
func (l indexedList[T]) contradiction(page *indexedPage[T], index int32, before uuid.UUID) error {
	switch n := numberOf(page.PageIndex); {
	case page.PageIndex != nil && n != int(index):
		return fmt.Errorf("page %d was requested, and page %d was returned", index, n)
	case page.PageIndex == nil && len(page.Data) > 0 && l.id(&page.Data[0]) == before:
		return fmt.Errorf("page %d begins as the page before", index)
	}
	return nil
}

func (l indexedList[T]) isLast(page *indexedPage[T]) bool {
	full := fullPage
	if l.size > 0 {
		full = min(full, int(l.size))
	}
	return len(page.Data) < full
}
