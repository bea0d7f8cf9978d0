package jsonpatch

import (
	"strconv"
	"strings"
)

// maxDigits is the length of the longest integer that Json.NET reads.
const maxDigits = 380

// number converts a JSON number: plain is the string into which Json.NET
// converts it, shown is what .NET (Core 3.0 and later) prints for it. A number
// with a fraction or an exponent is a double. ok is false if Json.NET cannot
// read it.
func number(literal string) (plain, shown string, ok bool) {
	switch {
	case strings.ContainsAny(literal, ".eE"):
		f, err := strconv.ParseFloat(literal, 64)
		if err != nil {
			return "", "", false
		}
		shown = double(f)
		return withPoint(shown), shown, true
	case literal == "-0":
		return "0", "0", true
	}
	return literal, literal, len(literal) <= maxDigits
}

// double prints like .NET's Double.ToString: the shortest digits that give the
// same number, with an exponent from 1E+15 on and from 1E-05 down.
func double(f float64) string {
	scientific := strconv.FormatFloat(f, 'E', -1, 64)
	_, exponent, _ := strings.Cut(scientific, "E")
	if e, err := strconv.Atoi(exponent); err == nil && e > -5 && e < 15 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return scientific
}

// withPoint adds the fraction that Json.NET gives every double: 1 becomes 1.0.
func withPoint(s string) string {
	if strings.ContainsAny(s, ".E") {
		return s
	}
	return s + ".0"
}
