package format

import (
	"encoding/binary"
)

// IsUUID reports whether s has the form 8-4-4-4-12. It does not check version and variant, because .NET and SQL Server write
// others than RFC 9562 defines.
func IsUUID(s []byte) bool {
	return len(s) == 36 && dashed(s) &&
		hexOnly(load(s, 0), false) && hexOnly(undashed(s, 8, 0, 5), false) && hexOnly(undashed(s, 16, 2, 7), false) &&
		hexOnly(load(s, 24), false) && hexOnly(load(s, 28), false)
}

// IsLowerUUID is IsUUID without upper-case letters.
func IsLowerUUID(s []byte) bool {
	return len(s) == 36 && dashed(s) &&
		hexOnly(load(s, 0), true) && hexOnly(undashed(s, 8, 0, 5), true) && hexOnly(undashed(s, 16, 2, 7), true) &&
		hexOnly(load(s, 24), true) && hexOnly(load(s, 28), true)
}

func dashed(s []byte) bool { return s[8] == '-' && s[13] == '-' && s[18] == '-' && s[23] == '-' }

// load returns the eight bytes at i, the first one lowest.
func load(s []byte, i int) uint64 { return binary.LittleEndian.Uint64(s[i:]) }

// undashed returns the eight bytes at i with '0' in place of two dashes.
func undashed(s []byte, i, a, b int) uint64 {
	const change = '-' ^ '0'
	return load(s, i) ^ change<<(8*a) ^ change<<(8*b)
}

// Eight bytes are checked at once. ones is a byte repeated; tops is the top bit of every byte, which an addition sets that
// brings a byte to 0x80 or more.
const (
	ones = 0x0101010101010101
	tops = 0x80 * ones
)

// hexOnly reports whether all eight bytes are hexadecimal digits.
func hexOnly(w uint64, lower bool) bool {
	if w&tops != 0 {
		return false
	}
	letters := w
	if !lower {
		letters |= 0x20 * ones
	}
	digit := (w + (0x80-'0')*ones) &^ (w + (0x80-'9'-1)*ones)
	letter := (letters + (0x80-'a')*ones) &^ (letters + (0x80-'f'-1)*ones)
	return (digit|letter)&tops == tops
}
