package explain

import (
	"strconv"
	"strings"
)

// integerFault returns the rule that a JSON number breaks as an integer of a format, and what was expected. An integer is
// written in digits, because Go's decoders refuse 1.0 and 1e2. Without a format it has 64 bits; a format that OpenAPI does not
// define, such as bigint, may say that it has more.
func integerFault(text, format string) (rule, expected string) {
	if strings.ContainsAny(text, ".eE") {
		return "type", ExpectedType("integer")
	}
	var err error
	switch format {
	case "int32":
		_, err = strconv.ParseInt(text, 10, 32)
	case "uint32":
		_, err = strconv.ParseUint(text, 10, 32)
	case "uint64":
		_, err = strconv.ParseUint(text, 10, 64)
	case "", "int64":
		format = "int64"
		_, err = strconv.ParseInt(text, 10, 64)
	}
	if err != nil {
		return "format", format
	}
	return "", ""
}
