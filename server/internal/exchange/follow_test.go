package exchange

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/resellerkit/resellerkit/gen/control"
)

// follow collects the ids that Follow reports, until it has n of them.
func (s *server) follow(t *testing.T, after int64, n int) []int64 {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	var ids []int64
	err := s.Follow(ctx, after, func(x control.Exchange) error {
		if ids = append(ids, x.ID); len(ids) == n {
			cancel()
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	return ids
}

// Ensure a follower gets the exchanges that are kept behind an id, and then the new ones, each once.
func TestLog_Follow(t *testing.T) {
	t.Parallel()
	s := newServer(t, respondText("done"))
	for range 3 {
		s.put("/notes", `{}`)
	}
	if got, want := s.follow(t, 1, 2), []int64{2, 3}; !slices.Equal(got, want) {
		t.Errorf("kept exchanges: got %v, want %v", got, want)
	}
	go func() {
		for range 200 {
			s.put("/notes", `{}`)
		}
	}()
	got := s.follow(t, 3, 200)
	slices.Sort(got)
	for i, id := range got {
		if id != int64(i)+4 {
			t.Fatalf("exchange %d: got id %d, want %d", i, id, i+4)
		}
	}
}

// Ensure an exchange is reported when its response has ended, also if one with a greater id ended before.
func TestLog_Follow_Order(t *testing.T) {
	t.Parallel()
	begun, release := make(chan struct{}), make(chan struct{})
	s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		respondText("done")(w, r)
		if r.URL.Query().Has("page") {
			_ = http.NewResponseController(w).Flush()
			close(begun)
			<-release
		}
	})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.put("/notes?page=1", `{}`)
	}()
	<-begun
	s.put("/notes", `{}`)
	if got := s.follow(t, 0, 1); len(got) != 1 {
		t.Fatalf("before the slow response ended: got %v", got)
	}
	close(release)
	<-ended
	if got := s.follow(t, 0, 2); len(got) != 2 {
		t.Errorf("after the slow response ended: got %v, want two exchanges", got)
	}
}

// Ensure the error of a follower, whose connection is gone, ends the call.
func TestLog_Follow_Error(t *testing.T) {
	t.Parallel()
	s := newServer(t, respondText("done"))
	s.put("/notes", `{}`)
	gone := errors.New("gone")
	if err := s.Follow(t.Context(), 0, func(control.Exchange) error { return gone }); !errors.Is(err, gone) {
		t.Errorf("got %v, want %v", err, gone)
	}
}
