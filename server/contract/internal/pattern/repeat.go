package pattern

import (
	"fmt"
	"strconv"
	"strings"
)

// maxRepeat is the highest count that Go's regexp accepts, maxCopies limits how often an atom is written instead.
const (
	maxRepeat = 1000
	maxCopies = 20
)

// repetition reads {2}, {2,} or {2,5}. A maximum of -1 means none.
func repetition(expr string) (least, most, length int, ok bool) {
	text, _, closed := strings.Cut(expr[1:], "}")
	from, to, two := strings.Cut(text, ",")
	least, err := strconv.Atoi(from)
	if !closed || err != nil || least < 0 {
		return 0, 0, 0, false
	}
	switch {
	case !two:
		most = least
	case to == "":
		most = -1
	default:
		if most, err = strconv.Atoi(to); err != nil {
			return 0, 0, 0, false
		}
	}
	return least, most, len(text) + len("{}"), true
}

// repeat writes an atom so often that no count is beyond maxRepeat.
func repeat(atom string, least, most int) (string, error) {
	if least <= maxRepeat && most <= maxRepeat {
		return atom + "{" + strconv.Itoa(least) + upTo(least, most) + "}", nil
	}
	if max(least, most)/maxRepeat > maxCopies {
		return "", fmt.Errorf("%d repetitions", max(least, most))
	}
	var out strings.Builder
	optional := most - least
	for ; least > 0; least -= min(least, maxRepeat) {
		fmt.Fprintf(&out, "%s{%d}", atom, min(least, maxRepeat))
	}
	if most < 0 {
		return out.String() + atom + "*", nil
	}
	for ; optional > 0; optional -= min(optional, maxRepeat) {
		fmt.Fprintf(&out, "%s{0,%d}", atom, min(optional, maxRepeat))
	}
	return out.String(), nil
}

func upTo(least, most int) string {
	switch most {
	case least:
		return ""
	case -1:
		return ","
	}
	return "," + strconv.Itoa(most)
}
