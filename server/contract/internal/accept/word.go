package accept

import (
	"encoding/binary"
)

// word returns the eight bytes at i, the first one lowest.
func word(s []byte, i int) uint64 { return binary.LittleEndian.Uint64(s[i:]) }

// Eight bytes are compared at once. each is a byte repeated; high is the top bit of every byte, which an addition sets that
// brings a byte to 0x80 or more.
const (
	each = 0x0101010101010101
	high = 0x80 * each
)
