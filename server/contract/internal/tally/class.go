package tally

import (
	"github.com/resellerkit/resellerkit/server/contract/counts"
	"github.com/resellerkit/resellerkit/server/contract/internal/format"
)

// A class is what a string looks like.
type class uint8

const (
	classEmpty class = iota
	classUUID
	classUpperUUID
	classDateTime
	classLocalDateTime
	classDate
	classDigits
	classWord
	classOther
	classes
)

func stringsOf(n *[classes]int64) counts.Strings {
	return counts.Strings{
		Empty: n[classEmpty], UUID: n[classUUID], UpperUUID: n[classUpperUUID], DateTime: n[classDateTime],
		LocalDateTime: n[classLocalDateTime], Date: n[classDate], Digits: n[classDigits], Word: n[classWord], Other: n[classOther],
	}
}

const (
	lengthOfUUID = 36
	lengthOfDate = len("2006-01-02")
)

// classOf tells what a string looks like.
func classOf(text []byte) class {
	switch {
	case len(text) == 0:
		return classEmpty
	case len(text) == lengthOfUUID && text[8] == '-':
		if format.IsUUID(text) {
			if hasUpper(text) {
				return classUpperUUID
			}
			return classUUID
		}
	case len(text) >= lengthOfDate && text[4] == '-' && format.IsDate(text[:lengthOfDate]):
		return classOfTime(text)
	}
	return classOfWord(text)
}

// classOfTime is for text that begins with a date.
func classOfTime(text []byte) class {
	switch {
	case len(text) == lengthOfDate:
		return classDate
	case format.IsDateTime(text):
		return classDateTime
	case isLocalDateTime(text):
		return classLocalDateTime
	}
	return classOfWord(text)
}

// isLocalDateTime is date-time but for the offset, which .NET leaves out where it does not know one.
func isLocalDateTime(text []byte) bool {
	const most = len("2006-01-02T15:04:05.123456789")
	if len(text) > most {
		return false
	}
	var whole [most + 1]byte
	return format.IsDateTime(append(append(whole[:0], text...), 'Z'))
}

// classOfWord tells digits and words from other text.
func classOfWord(text []byte) class {
	digits := true
	for i, c := range text {
		switch {
		case '0' <= c && c <= '9':
		case 'a' <= c|0x20 && c|0x20 <= 'z':
			digits = false
		case c == '_' || c == '-' || c == '.':
			if i == 0 || i == len(text)-1 {
				return classOther
			}
			digits = false
		default:
			return classOther
		}
	}
	if digits {
		return classDigits
	}
	return classWord
}

func hasUpper(text []byte) bool {
	for _, c := range text {
		if 'A' <= c && c <= 'Z' {
			return true
		}
	}
	return false
}
