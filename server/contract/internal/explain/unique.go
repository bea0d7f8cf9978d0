package explain

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// repeats reports whether two elements of an array are equal only if numbers are compared by their value: 1 and 1.0. kin-openapi
// compares them as they are written.
func repeats(values []any) bool {
	exact, numeric := map[string]bool{}, map[string]bool{}
	for _, value := range values {
		exact[keyOf(value, false)], numeric[keyOf(value, true)] = true, true
	}
	return len(exact) == len(values) && len(numeric) < len(values)
}

// keyOf returns a text that is the same for equal values. If numeric is set, numbers are compared by their value.
func keyOf(value any, numeric bool) string {
	switch value := value.(type) {
	case json.Number:
		if numeric {
			return canonicalNumber(value.String())
		}
		return value.String()
	case string:
		return strconv.Quote(value)
	case []any:
		keys := make([]string, len(value))
		for i, element := range value {
			keys[i] = keyOf(element, numeric)
		}
		return "[" + strings.Join(keys, ",") + "]"
	case map[string]any:
		var b strings.Builder
		for _, name := range slices.Sorted(maps.Keys(value)) {
			b.WriteString(strconv.Quote(name) + ":" + keyOf(value[name], numeric) + ",")
		}
		return "{" + b.String() + "}"
	}
	return fmt.Sprint(value)
}

// canonicalNumber returns the digits of a JSON number without zeros at either end, and its exponent. It does not compute the
// number, which may be one of a billion digits.
func canonicalNumber(text string) string {
	digits, exponent, _ := strings.Cut(strings.ToLower(text), "e")
	sign := ""
	if digits[0] == '-' {
		sign, digits = "-", digits[1:]
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	shift, err := strconv.Atoi(exponent)
	if exponent != "" && err != nil {
		return text // beyond all numbers that a program holds
	}
	shift -= len(fraction)
	digits = strings.TrimLeft(whole+fraction, "0")
	if digits == "" {
		return "0"
	}
	trimmed := strings.TrimRight(digits, "0")
	return sign + trimmed + "e" + strconv.Itoa(shift+len(digits)-len(trimmed))
}
