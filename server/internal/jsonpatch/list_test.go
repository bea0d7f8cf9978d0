package jsonpatch

import (
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Ensure that a list behaves like a slice, across chunks.
func TestList_behavesLikeASlice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var want []string
		for i := range rapid.IntRange(0, 3*chunkSize).Draw(t, "size") {
			want = append(want, strconv.Itoa(i))
		}
		l := newList(want)
		for range rapid.IntRange(0, 50).Draw(t, "steps") {
			want = mutate(t, l, want)
		}
		if diff := cmp.Diff(append([]string{}, want...), l.all()); diff != "" {
			t.Fatalf("elements (-slice +list):\n%s", diff)
		}
		if slices.ContainsFunc(l.chunks, func(c []string) bool { return len(c) == 0 || len(c) > chunkSize }) {
			t.Fatal("a chunk is empty or too long")
		}
	})
}

// mutate makes the same change to both, often many times at one index, so that
// chunks become full and empty.
func mutate(t *rapid.T, l *list, want []string) []string {
	times := rapid.SampledFrom([]int{1, 1, chunkSize / 2, chunkSize}).Draw(t, "times")
	at := rapid.IntRange(0, len(want)).Draw(t, "at")
	switch rapid.SampledFrom([]string{"insert", "remove", "set"}).Draw(t, "step") {
	case "insert":
		for n := range times {
			l.insert(at, strconv.Itoa(n))
			want = slices.Insert(want, at, strconv.Itoa(n))
		}
	case "remove":
		for range min(times, len(want)-at) {
			l.remove(at)
			want = slices.Delete(want, at, at+1)
		}
	case "set":
		if at < len(want) {
			l.set(at, "set")
			want[at] = l.at(at)
		}
	}
	if l.size != len(want) {
		t.Fatalf("size: got %d, want %d", l.size, len(want))
	}
	return want
}
