package contract

import "encoding/binary"

// isUUID wants the canonical form 8-4-4-4-12. Versions and variants are not looked at: .NET and SQL Server write others than
// RFC 9562 knows.
func isUUID(s []byte) bool {
	return len(s) == 36 && dashed(s) &&
		hexOnly(word(s, 0), false) && hexOnly(undashed(s, 8, 0, 5), false) && hexOnly(undashed(s, 16, 2, 7), false) &&
		hexOnly(word(s, 24), false) && hexOnly(word(s, 28), false)
}

// isLowerUUID wants its letters in lower case, too.
func isLowerUUID(s []byte) bool {
	return len(s) == 36 && dashed(s) &&
		hexOnly(word(s, 0), true) && hexOnly(undashed(s, 8, 0, 5), true) && hexOnly(undashed(s, 16, 2, 7), true) &&
		hexOnly(word(s, 24), true) && hexOnly(word(s, 28), true)
}

func dashed(s []byte) bool { return s[8] == '-' && s[13] == '-' && s[18] == '-' && s[23] == '-' }

// word returns the eight bytes at i, the first one lowest.
func word(s []byte, i int) uint64 { return binary.LittleEndian.Uint64(s[i:]) }

// undashed returns the eight bytes at i with the dashes at two of them made 0.
func undashed(s []byte, i, a, b int) uint64 {
	const change = '-' ^ '0'
	return word(s, i) ^ change<<(8*a) ^ change<<(8*b)
}

// Eight bytes are looked at together. each is a byte repeated; high is the top bit of every byte, which an addition sets that
// brings a byte to 0x80.
const (
	each = 0x0101010101010101
	high = 0x80 * each
)

// hexOnly holds if all eight bytes are hexadecimal digits.
func hexOnly(w uint64, lower bool) bool {
	if w&high != 0 {
		return false
	}
	letters := w
	if !lower {
		letters |= 0x20 * each
	}
	digit := (w + (0x80-'0')*each) &^ (w + (0x80-'9'-1)*each)
	letter := (letters + (0x80-'a')*each) &^ (letters + (0x80-'f'-1)*each)
	return (digit|letter)&high == high
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
