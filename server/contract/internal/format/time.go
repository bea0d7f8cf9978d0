package format

import (
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// IsDate reports whether s is an RFC 3339 full-date that exists: 2023-02-29 does not.
func IsDate(s []byte) bool {
	if len(s) != len("2006-01-02") || s[4] != '-' || s[7] != '-' {
		return false
	}
	year, month, day := decimal(s[:4]), decimal(s[5:7]), decimal(s[8:])
	return year >= 0 && 1 <= month && month <= 12 && 1 <= day && day <= daysIn(year, month)
}

// decimal returns the number that s writes in digits, or -1 if s has another character.
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

// IsDateTime reports whether s is an RFC 3339 date-time that time.Time reads: T and Z in upper case, with an offset, without a
// leap second.
func IsDateTime(s []byte) bool {
	const seconds = len("2006-01-02T15:04:05")
	if len(s) <= seconds || s[10] != 'T' || s[16] != ':' || !IsDate(s[:10]) || !isClock(s[11:16]) || !under(s[17:19], 60) {
		return false
	}
	rest := s[seconds:]
	if rest[0] == '.' {
		n := strictjson.Digits(rest, 1)
		if n == 0 {
			return false
		}
		rest = rest[1+n:]
	}
	return len(rest) == 1 && rest[0] == 'Z' ||
		len(rest) == len("+00:00") && (rest[0] == '+' || rest[0] == '-') && isClock(rest[1:])
}

// isClock reports whether s is hours and minutes.
func isClock(s []byte) bool {
	return s[2] == ':' && under(s[:2], 24) && under(s[3:], 60)
}

func under(s []byte, limit int) bool {
	n := decimal(s)
	return 0 <= n && n < limit
}
