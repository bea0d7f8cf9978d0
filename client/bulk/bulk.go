// Package bulk calls a function for each item of a list, several at a time, and collects the results in the order of the
// list. It is for the on-boarding of five hundred users, or for a change to every user of a customer:
//
//	results, err := bulk.Run(ctx, bulk.Options{Workers: 8}, bulk.Items(newUsers),
//		func(ctx context.Context, user client.PortalUser) (uuid.UUID, error) {
//			return users.Create(ctx, user)
//		})
//
// The lists of package client, such as CustomerUsers.All, can be passed as they are. The next page is fetched when a worker
// is free for its first item.
//
// The workers share the limits of the client that they use: client.WithRateLimit, and the pause that a 429 asks for. More
// workers than these limits allow only wait.
package bulk

import (
	"context"
	"errors"
	"iter"
	"sync"

	"golang.org/x/sync/errgroup"
)

// Options are the options of [Run]. The zero value is usable.
type Options struct {
	Workers int // how many calls run at once; 0 means 4
	// StopOnError starts no further call after one has failed. Calls that are running continue to their end.
	StopOnError bool
	// Progress is called after each call, by one goroutine at a time. The workers wait for it.
	Progress func(Progress)
}

// Progress is the state of a run. It has no number of items, because the list is read during the run.
type Progress struct {
	Done   int // calls that have ended, including those that failed
	Failed int
}

// A Result is the outcome for one item.
type Result[T, R any] struct {
	Item  T
	Value R     // what the function returned
	Err   error // what the function returned, or ErrNotRun
}

// ErrNotRun is the error of an item for which the function was not called, because the run ended before.
var ErrNotRun = errors.New("bulk: the run ended before this item")

// Run calls f for each item, in up to Workers goroutines, and returns one result for each item that it has read, in the
// order of the items. It reads one item ahead of the calls that are running.
//
// An error of f concerns its item only, and is in the item's result; [Failures] joins them. The error of Run is the reason
// why it did not reach the end of the list: the error of items, the context's error, or, with StopOnError, the first error
// of f. f gets ctx itself, so that running calls end when ctx does, and not because another call has failed.
func Run[T, R any](ctx context.Context, opts Options, items iter.Seq2[T, error], f func(context.Context, T) (R, error)) ([]Result[T, R], error) {
	if opts.Workers <= 0 {
		opts.Workers = 4
	}
	r := &run[T, R]{opts: opts, stopped: make(chan struct{})}
	var group errgroup.Group
	group.SetLimit(opts.Workers)
	err := r.read(ctx, items, func(result *Result[T, R]) {
		group.Go(func() error {
			if r.mayStart(ctx) {
				result.Value, result.Err = f(ctx, result.Item)
				r.report(result.Err)
			}
			return nil
		})
	})
	_ = group.Wait() // the errors are in the results
	if err == nil {
		err = r.firstErr
	}
	results := make([]Result[T, R], len(r.results))
	for i, result := range r.results {
		results[i] = *result
		if err == nil && result.Err != nil {
			err = ctx.Err() // nil unless the context ended before all items were done
		}
	}
	return results, err
}

// A run is the state of one call of Run.
type run[T, R any] struct {
	opts    Options
	results []*Result[T, R] // only the reader appends; each worker writes to its own

	mu       sync.Mutex
	progress Progress
	firstErr error // with StopOnError, the first error of a call
	stopped  chan struct{}
}

// read passes items to start until the list, the context or the run ends.
func (r *run[T, R]) read(ctx context.Context, items iter.Seq2[T, error], start func(*Result[T, R])) error {
	for item, err := range items {
		if err != nil {
			return err
		}
		result := &Result[T, R]{Item: item, Err: ErrNotRun}
		r.results = append(r.results, result)
		start(result) // waits for a free worker
		if !r.mayStart(ctx) {
			return ctx.Err()
		}
	}
	return nil
}

// mayStart reports whether another call may start.
func (r *run[T, R]) mayStart(ctx context.Context) bool {
	select {
	case <-r.stopped:
		return false
	default:
		return ctx.Err() == nil
	}
}

// report counts a call that has ended.
func (r *run[T, R]) report(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.progress.Done++
	if err != nil {
		r.progress.Failed++
		if r.opts.StopOnError && r.firstErr == nil {
			r.firstErr = err
			close(r.stopped)
		}
	}
	if r.opts.Progress != nil {
		r.opts.Progress(r.progress)
	}
}

// Items returns a slice in the form of the lists of package client.
func Items[T any](items []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, item := range items {
			if !yield(item, nil) {
				return
			}
		}
	}
}

// Failures joins the errors of the results, or returns nil if there are none.
func Failures[T, R any](results []Result[T, R]) error {
	var errs []error
	for _, r := range results {
		errs = append(errs, r.Err)
	}
	return errors.Join(errs...)
}
