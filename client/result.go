package client

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
)

// A result is MyReports' envelope of a success, without the members that nothing depends on. The API reference says that
// members may be absent, so that a missing status does not contradict the HTTP status.
type result[T any] struct {
	Status string `json:"status"`
	Data   T      `json:"data"`
}

func (r *result[T]) succeeded() bool { return isSuccess(r.Status) }

func isSuccess(status string) bool { return status == "" || strings.EqualFold(status, "success") }

// fetchData sends an operation of MyReports whose response holds one object.
func fetchData[T any](ctx context.Context, c *core, op operation, valid func(*T) bool) (*T, error) {
	r, err := fetch(ctx, c, op, func(r *result[T]) bool { return r.succeeded() && valid(&r.Data) })
	if err != nil {
		return nil, err
	}
	return &r.Data, nil
}

// fetchList sends an operation of MyReports whose response holds all items of a list.
func fetchList[T any](ctx context.Context, c *core, op operation, valid func(*T) bool) ([]T, error) {
	r, err := fetch(ctx, c, op, func(r *result[[]T]) bool { return r.succeeded() && listIsWhole(r.Data, valid) })
	if err != nil {
		return nil, err
	}
	return r.Data, nil
}

// An array is a list of CloudCockpit that is not paged. The documentation prints a JSON array; a client in production
// also accepts an object with the array in "items", which is the form of the paged lists.
type array[T any] []T

// UnmarshalJSON reads both forms.
func (a *array[T]) UnmarshalJSON(data []byte) error {
	if !bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
		return json.Unmarshal(data, (*[]T)(a))
	}
	var page struct {
		Items []T `json:"items"`
	}
	err := json.Unmarshal(data, &page)
	*a = page.Items
	return err
}

// fetchArray sends an operation of CloudCockpit whose response is such a list.
func fetchArray[T any](ctx context.Context, c *core, op operation, valid func(*T) bool) ([]T, error) {
	list, err := fetch(ctx, c, op, func(list *array[T]) bool { return listIsWhole(*list, valid) })
	if err != nil {
		return nil, err
	}
	return *list, nil
}
