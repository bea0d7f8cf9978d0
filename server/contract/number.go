package contract

import (
	"strconv"
	"strings"
)

// numberLength returns the length of the JSON number at the start of text, or 0.
func numberLength[T string | []byte](text T) int {
	i := 0
	if i < len(text) && text[i] == '-' {
		i++
	}
	n := digits(text, i)
	if n == 0 || n > 1 && text[i] == '0' {
		return 0
	}
	i += n
	if i < len(text) && text[i] == '.' {
		if n = digits(text, i+1); n == 0 {
			return 0
		}
		i += 1 + n
	}
	if i < len(text) && text[i]|0x20 == 'e' {
		return exponent(text, i+1)
	}
	return i
}

func exponent[T string | []byte](text T, i int) int {
	if i < len(text) && (text[i] == '+' || text[i] == '-') {
		i++
	}
	n := digits(text, i)
	if n == 0 {
		return 0
	}
	return i + n
}

func digits[T string | []byte](text T, from int) int {
	i := from
	for i < len(text) && '0' <= text[i] && text[i] <= '9' {
		i++
	}
	return i - from
}

// integerFault returns the rule that a JSON number breaks as an integer of the format, and what was expected. An integer is
// written in digits, for 1.0 and 1e2 are no integers to Go's decoders; without a format it has 64 bits.
func integerFault(text, format string) (rule, expected string) {
	if strings.ContainsAny(text, ".eE") {
		return "type", expectedType("integer")
	}
	var err error
	switch format {
	case "int32":
		_, err = strconv.ParseInt(text, 10, 32)
	case "uint32":
		_, err = strconv.ParseUint(text, 10, 32)
	case "uint64":
		_, err = strconv.ParseUint(text, 10, 64)
	default:
		format = "int64"
		_, err = strconv.ParseInt(text, 10, 64)
	}
	if err != nil {
		return "format", format
	}
	return "", ""
}
