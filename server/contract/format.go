package contract

import (
	"encoding/base64"
	"errors"
	"math"
	"net/mail"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// errFormat is all that kin-openapi needs to hear of a value that does not have its format.
var errFormat = errors.New("format")

// stringFormats are the formats that OpenAPI and JSON Schema define and that we check. A UUID is read in any case and written
// in lower case.
func stringFormats(response bool) map[string]openapi3.StringFormatValidator {
	tests := map[string]func(string) bool{
		"uuid": isUUID, "date": isDate, "date-time": isDateTime, "email": isEmail, "byte": isBase64,
		"uri": isURI, "ipv4": isIPv4, "ipv6": isIPv6, "hostname": isHostname,
	}
	if response {
		tests["uuid"] = func(s string) bool { return isUUID(s) && s == strings.ToLower(s) }
	}
	formats := make(map[string]openapi3.StringFormatValidator, len(tests))
	for name, test := range tests {
		formats[name] = openapi3.NewCallbackValidator(func(s string) error {
			if test(s) {
				return nil
			}
			return errFormat
		})
	}
	return formats
}

func numberFormats() map[string]openapi3.NumberFormatValidator {
	return map[string]openapi3.NumberFormatValidator{
		"float": openapi3.NewRangeFormatValidator(-math.MaxFloat32, math.MaxFloat32),
	}
}

// integerFormats are kin-openapi's own, whatever others made of its global ones. It sees a float64, so that integerFault has
// the last word.
func integerFormats() map[string]openapi3.IntegerFormatValidator {
	return map[string]openapi3.IntegerFormatValidator{
		"int32": openapi3.NewRangeFormatValidator[int64](math.MinInt32, math.MaxInt32),
		"int64": openapi3.NewRangeFormatValidator[int64](math.MinInt64, math.MaxInt64),
	}
}

// isUUID wants the canonical form 8-4-4-4-12. Versions and variants are not looked at: .NET and SQL Server write others than
// RFC 9562 knows.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (s[i] == '-') || !dash && !isHex(s[i]) {
			return false
		}
	}
	return true
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// isDate is RFC 3339's full-date; 02-31 is none.
func isDate(s string) bool {
	t, err := time.Parse(time.DateOnly, s)
	return err == nil && t.Format(time.DateOnly) == s
}

// isDateTime is RFC 3339's date-time as time.Time reads it: T and Z in upper case, an offset, no leap second.
func isDateTime(s string) bool {
	const seconds = "2006-01-02T15:04:05"
	if len(s) <= len(seconds) {
		return false
	}
	t, err := time.Parse(seconds, s[:len(seconds)])
	if err != nil || t.Format(seconds) != s[:len(seconds)] {
		return false
	}
	rest := s[len(seconds):]
	if rest[0] == '.' {
		digits := strings.TrimLeft(rest[1:], "0123456789")
		if len(digits) == len(rest)-1 {
			return false
		}
		rest = digits
	}
	return rest == "Z" || isOffset(rest)
}

func isOffset(s string) bool {
	if len(s) != len("+00:00") || s[0] != '+' && s[0] != '-' {
		return false
	}
	t, err := time.Parse("15:04", s[1:])
	return err == nil && t.Format("15:04") == s[1:]
}

func isEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Name == "" && a.Address == s
}

func isBase64(s string) bool {
	_, err := base64.StdEncoding.Strict().DecodeString(s)
	return err == nil && !strings.ContainsAny(s, "\r\n")
}

// isURI is RFC 3986's URI with a scheme.
func isURI(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f || strings.IndexByte(`<>"{}|\^`+"`", s[i]) >= 0 {
			return false
		}
	}
	u, err := url.Parse(s)
	return err == nil && u.Scheme != "" && len(s) > len(u.Scheme)+1
}

func isIPv4(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is4()
}

func isIPv6(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is6() && a.Zone() == ""
}

// isHostname is RFC 1123's.
func isHostname(s string) bool {
	if s == "" || len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := range len(label) {
			c := label[i] | 0x20
			if label[i] != '-' && (label[i] < '0' || label[i] > '9') && (c < 'a' || c > 'z') {
				return false
			}
		}
	}
	return true
}
