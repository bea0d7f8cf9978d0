package sandbox

import (
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"sync"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/server/internal/store"
)

// An idSource makes ids: random ones, or with a seed a sequence that repeats. It is safe for concurrent use.
type idSource struct {
	mu     sync.Mutex
	stream byte // distinguishes the sequences of one seed
	seed   int64
	random *rand.ChaCha8 // nil without a seed
}

func newIDSource(seed int64, stream byte) *idSource {
	s := &idSource{seed: seed, stream: stream}
	s.reset()
	return s
}

func (s *idSource) next() uuid.UUID {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.random == nil {
		return uuid.New()
	}
	return uuid.Must(uuid.NewRandomFromReader(s.random)) // this reader returns no errors
}

// reset begins the sequence again.
func (s *idSource) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seed == 0 {
		return
	}
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], uint64(s.seed))
	key[8] = s.stream
	s.random = rand.NewChaCha8(key)
}

// newID returns the next id for which find returns [store.ErrNotFound]. Random ids are not looked up; but a sequence begins again
// with the process, and the store may hold its first ids.
func (s *Sandbox) newID(find func(uuid.UUID) error) (uuid.UUID, error) {
	for {
		id := s.ids.next()
		if s.opts.SeedIDs == 0 {
			return id, nil
		}
		if err := find(id); err != nil {
			if errors.Is(err, store.ErrNotFound) {
				err = nil
			}
			return id, err
		}
	}
}
