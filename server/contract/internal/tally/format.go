package tally

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

// isDate is RFC 3339's full-date; 02-31 is none.
func isDate(s []byte) bool {
	if len(s) != len("2006-01-02") || s[4] != '-' || s[7] != '-' {
		return false
	}
	year, month, day := decimal(s[:4]), decimal(s[5:7]), decimal(s[8:])
	return year >= 0 && 1 <= month && month <= 12 && 1 <= day && day <= daysIn(year, month)
}

// decimal reads a few digits, and returns -1 for anything else.
func decimal(s []byte) int {
	n := 0
	for _, c := range s {
		if c < '0' || c > '9' {
			return -1
		}
		n = 10*n + int(c-'0')
	}
	return n
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// isDateTime is RFC 3339's date-time as time.Time reads it: T and Z in upper case, an offset, no leap second.
func isDateTime(s []byte) bool {
	const seconds = len("2006-01-02T15:04:05")
	if len(s) <= seconds || s[10] != 'T' || s[16] != ':' || !isDate(s[:10]) || !isClock(s[11:16]) || !under(s[17:19], 60) {
		return false
	}
	rest := s[seconds:]
	if rest[0] == '.' {
		n := digits(rest, 1)
		if n == 0 {
			return false
		}
		rest = rest[1+n:]
	}
	return len(rest) == 1 && rest[0] == 'Z' ||
		len(rest) == len("+00:00") && (rest[0] == '+' || rest[0] == '-') && isClock(rest[1:])
}

// isClock is hours and minutes.
func isClock(s []byte) bool {
	return s[2] == ':' && under(s[:2], 24) && under(s[3:], 60)
}

func under(s []byte, limit int) bool {
	n := decimal(s)
	return 0 <= n && n < limit
}

func digits(text []byte, from int) int { return digitsAt(text, from) - from }
