package bulk_test

import (
	"context"
	"errors"
	"iter"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/resellerkit/resellerkit/client/bulk"
)

var errOdd = errors.New("odd")

func numbers(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// square fails for odd numbers, after a pause of its own.
func square(ctx context.Context, n int) (int, error) {
	select {
	case <-time.After(rand.N(time.Second)):
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	if n%2 == 1 {
		return 0, errOdd
	}
	return n * n, nil
}

// Ensure that results come in the order of the items, that no more calls run at once than there are workers, that all of
// them are used, and that an error concerns its item alone.
func TestRun(t *testing.T) {
	t.Parallel()
	for _, workers := range []int{0, 1, 3, 100} {
		synctest.Test(t, func(t *testing.T) {
			var running, most atomic.Int64
			var seen []bulk.Progress
			results, err := bulk.Run(t.Context(), bulk.Options{Workers: workers, Progress: func(p bulk.Progress) { seen = append(seen, p) }},
				bulk.Items(numbers(20)), func(ctx context.Context, n int) (int, error) {
					if now := running.Add(1); now > most.Load() {
						most.Store(now)
					}
					defer running.Add(-1)
					return square(ctx, n)
				})
			if err != nil || len(results) != 20 {
				t.Fatalf("%d results, error %v", len(results), err)
			}
			for i, r := range results {
				if r.Item != i || (r.Err != nil) != (i%2 == 1) || r.Err == nil && r.Value != i*i {
					t.Errorf("result %d is %+v", i, r)
				}
			}
			want := min(int64(workers), 20)
			if workers == 0 {
				want = 4
			}
			if most.Load() != want {
				t.Errorf("%d calls at once, want %d", most.Load(), want)
			}
			for i, p := range seen {
				if p.Done != i+1 || p.Failed > p.Done {
					t.Errorf("progress %d is %+v", i, p)
				}
			}
			if len(seen) != 20 || seen[19].Failed != 10 {
				t.Errorf("progress %+v", seen)
			}
			if err := bulk.Failures(results); !errors.Is(err, errOdd) {
				t.Errorf("failures %v", err)
			}
		})
	}
	results, err := bulk.Run(t.Context(), bulk.Options{}, bulk.Items[int](nil), square)
	if err != nil || len(results) != 0 || bulk.Failures(results) != nil {
		t.Errorf("%d results of nothing, error %v", len(results), err)
	}
}

// Ensure that an item is read when a worker is free, and no earlier.
func TestRun_Lazy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		read := 0
		items := iter.Seq2[int, error](func(yield func(int, error) bool) {
			for ; yield(read, nil); read++ {
			}
		})
		release := make(chan struct{})
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := bulk.Run(ctx, bulk.Options{Workers: 3}, items, func(context.Context, int) (int, error) {
				<-release
				return 0, nil
			}); !errors.Is(err, context.Canceled) {
				t.Errorf("error %v", err)
			}
		})
		synctest.Wait()
		if read != 3 { // the fourth item is in hand, and waits for a worker
			t.Errorf("read %d items for three workers", read+1)
		}
		cancel()
		close(release)
		wg.Wait()
	})
}

// Ensure that the context ends a run: no further call starts, those in progress see it, and what was done is returned.
func TestRun_Context(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10500*time.Millisecond)
		defer cancel()
		calls := 0
		results, err := bulk.Run(ctx, bulk.Options{Workers: 1}, bulk.Items(numbers(1000)), func(ctx context.Context, n int) (int, error) {
			calls++
			select {
			case <-time.After(time.Second):
				return n, nil
			case <-ctx.Done():
				return 0, ctx.Err()
			}
		})
		if !errors.Is(err, context.DeadlineExceeded) || calls != 11 || len(results) > 13 {
			t.Fatalf("%d calls, %d results, error %v", calls, len(results), err)
		}
		for i, r := range results {
			switch {
			case i < 10 && (r.Err != nil || r.Value != i), i == 10 && !errors.Is(r.Err, context.DeadlineExceeded), i > 10 && !errors.Is(r.Err, bulk.ErrNotRun):
				t.Errorf("result %d is %+v", i, r)
			}
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	results, err := bulk.Run(ctx, bulk.Options{}, bulk.Items(numbers(3)), square)
	if !errors.Is(err, context.Canceled) || len(results) > 1 {
		t.Errorf("%d results of a context that had ended, error %v", len(results), err)
	}
}

// Ensure that a list that fails ends the run with its error, after the calls that had been started.
func TestRun_ListFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		mine := errors.New("mine")
		results, err := bulk.Run(t.Context(), bulk.Options{}, func(yield func(int, error) bool) {
			_ = yield(2, nil) && yield(4, nil) && yield(0, mine)
		}, square)
		if !errors.Is(err, mine) || len(results) != 2 || results[0].Value != 4 || results[1].Value != 16 {
			t.Errorf("results %+v, error %v", results, err)
		}
	})
}

// Ensure that a run that stops on an error starts no call after it, and lets those in progress end.
func TestRun_StopOnError(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int64
		ended := 0
		results, err := bulk.Run(t.Context(), bulk.Options{Workers: 2, StopOnError: true, Progress: func(p bulk.Progress) { ended = p.Done }},
			bulk.Items(numbers(100)), func(ctx context.Context, n int) (int, error) {
				calls.Add(1)
				time.Sleep(time.Duration(1+n) * time.Second)
				if n == 4 {
					return 0, errOdd
				}
				return n, ctx.Err()
			})
		if !errors.Is(err, errOdd) || calls.Load() != int64(ended) || ended > 6 {
			t.Errorf("%d calls, %d ended, error %v", calls.Load(), ended, err)
		}
		for _, r := range results {
			if r.Item > 5 && !errors.Is(r.Err, bulk.ErrNotRun) || r.Item == 5 && r.Err != nil {
				t.Errorf("result %+v", r)
			}
		}
	})
}
