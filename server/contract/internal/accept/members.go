package accept

import (
	"math"
	"unicode/utf8"

	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// A MemberTable finds a member by the bytes of its name without making a string of them. It is a hash table with open
// addressing. Its hash function is chosen when it is made, so that the names collide as little as possible.
type MemberTable struct {
	list  []Member // sorted by name
	slots []uint16 // 1 + an index of list, or 0
	seed  uint32
	first uint32 // index of the member that last came first: a prediction, updated atomically
}

// tries is the number of hash functions that are tried for each size of table.
const tries = 64

func newMemberTable(list []Member) MemberTable {
	t := MemberTable{list: list}
	if len(list) == 0 {
		return t
	}
	size := 4
	for size < 2*len(list) {
		size *= 2
	}
	best := math.MaxInt
	for grow := range 3 {
		for seed := range uint32(tries) {
			slots, collisions := fillSlots(list, size<<grow, 2*seed+1)
			if collisions < best {
				t.slots, t.seed, best = slots, 2*seed+1, collisions
			}
			if best == 0 {
				return t
			}
		}
	}
	return t
}

// NewNameTable returns a table of names that have no rules. The index of a name in the table is its index in names.
func NewNameTable(names []string) MemberTable {
	list := make([]Member, len(names))
	for i, name := range names {
		list[i].name = name
	}
	return newMemberTable(list)
}

func fillSlots(list []Member, size int, seed uint32) (slots []uint16, collisions int) {
	slots = make([]uint16, size)
	for i, m := range list {
		at := slotOf(m.name, seed, size)
		for slots[at] != 0 {
			collisions++
			at = (at + 1) % size
		}
		slots[at] = uint16(i + 1)
	}
	return slots, collisions
}

// slotOf hashes the length and a few bytes of a name.
func slotOf[T string | []byte](name T, seed uint32, size int) int {
	n := uint32(len(name))
	if n == 0 {
		return 0
	}
	h := n ^ uint32(name[0])<<8 ^ uint32(name[n-1])<<16 ^ uint32(name[n/2])<<24
	h = (h ^ uint32(name[(n-1)/2])<<4 ^ uint32(name[max(n, 2)-2])<<12) * seed * 0x9E3779B1
	return int(h>>15) & (size - 1)
}

// Find returns the index of a name, or -1.
func (t *MemberTable) Find(name []byte) int {
	size := len(t.slots)
	if size == 0 {
		return -1
	}
	for at := slotOf(name, t.seed, size); ; at = (at + 1) & (size - 1) {
		slot := t.slots[at]
		if slot == 0 {
			return -1
		}
		if t.list[slot-1].name == string(name) {
			return int(slot - 1)
		}
	}
}

// Twin reports whether an ASCII name differs only in case from a name of the table.
func (t *MemberTable) Twin(name []byte) bool {
	for i := range t.list {
		if twins(name, t.list[i].name) {
			return true
		}
	}
	return false
}

// twins reports whether fold(name) == fold(declared), for an ASCII name.
func twins(name []byte, declared string) bool {
	i := 0
	for _, r := range declared {
		if r >= utf8.RuneSelf {
			r = strictjson.FoldRune(r) // some runes fold to ASCII, such as the Kelvin sign
		}
		if i == len(name) || r >= utf8.RuneSelf || upper(name[i]) != upper(byte(r)) {
			return false
		}
		i++
	}
	return i == len(name)
}

func upper(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - 0x20
	}
	return c
}

// A memberSet is a set of indexes of a table.
type memberSet [maxMembers / 64]uint64

func (s *memberSet) has(i int) bool { return s[i>>6]&(1<<(i&63)) != 0 }

func (s *memberSet) add(i int) { s[i>>6] |= 1 << (i & 63) }
