package format

import (
	"bytes"
	"net/mail"
	"net/netip"
	"net/url"

	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// IsEmail reports whether s is an address that net/mail accepts, without a display name. Simple addresses are recognised
// without net/mail.
func IsEmail(s []byte) bool {
	if at := bytes.IndexByte(s, '@'); at > 0 && isDotAtom(s[:at]) && isDotAtom(s[at+1:]) {
		return true
	}
	text := string(s)
	a, err := mail.ParseAddress(text)
	return err == nil && a.Name == "" && a.Address == text
}

// isDotAtom reports whether s is an RFC 5322 dot-atom of letters, digits and -_+.
func isDotAtom(s []byte) bool {
	dot := true
	for _, c := range s {
		if dot && c == '.' || c != '.' && c != '-' && c != '_' && c != '+' && !IsAlphanumeric(c) {
			return false
		}
		dot = c == '.'
	}
	return !dot
}

func IsAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// IsURI reports whether s is an RFC 3986 URI with a scheme. Simple URLs are recognised without net/url.
func IsURI(s []byte) bool {
	if isPlainURL(s) {
		return true
	}
	for _, c := range s {
		if c <= ' ' || c >= 0x7f || bytes.IndexByte([]byte(`<>"{}|\^`+"`"), c) >= 0 {
			return false
		}
	}
	u, err := url.Parse(string(s))
	return err == nil && u.Scheme != "" && len(s) > len(u.Scheme)+1
}

// isPlainURL reports whether s is http or https with a host name and a path, and nothing else.
func isPlainURL(s []byte) bool {
	rest, ok := bytes.CutPrefix(s, []byte("https://"))
	if !ok {
		rest, ok = bytes.CutPrefix(s, []byte("http://"))
	}
	if !ok || len(rest) == 0 || !IsAlphanumeric(rest[0]) {
		return false
	}
	for _, c := range rest {
		if c != '.' && c != '-' && c != '/' && c != '_' && !IsAlphanumeric(c) {
			return false
		}
	}
	host, _, _ := bytes.Cut(rest, []byte("/"))
	return bytes.IndexByte(host, '_') < 0
}

func IsIPv4(s []byte) bool {
	for part := range 4 {
		n := min(strictjson.Digits(s, 0), 4)
		if n == 0 || n > 3 || n > 1 && s[0] == '0' || decimal(s[:n]) > 255 {
			return false
		}
		if s = s[n:]; part < 3 {
			if len(s) == 0 || s[0] != '.' {
				return false
			}
			s = s[1:]
		}
	}
	return len(s) == 0
}

// IsIPv6 reports whether s is an IPv6 address without a zone. Addresses of eight groups are recognised without net/netip.
func IsIPv6(s []byte) bool {
	groups, hex := 1, 0
	for _, c := range s {
		switch {
		case strictjson.IsHex(c) && hex < 4:
			hex++
		case c == ':' && hex > 0:
			groups, hex = groups+1, 0
		default:
			return isOtherIPv6(s)
		}
	}
	return groups == 8 && hex > 0 || isOtherIPv6(s)
}

func isOtherIPv6(s []byte) bool {
	if len(s) > len("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255") {
		return false
	}
	a, err := netip.ParseAddr(string(s))
	return err == nil && a.Is6() && a.Zone() == ""
}

// IsHostname reports whether s is a host name by RFC 1123.
func IsHostname(s []byte) bool {
	if len(s) == 0 || len(s) > 253 {
		return false
	}
	label := 0
	for i, c := range s {
		switch {
		case c == '.' && (label == 0 || s[i-1] == '-'), c == '-' && label == 0, label == 63 && c != '.':
			return false
		case c == '.':
			label = 0
		case c == '-' || IsAlphanumeric(c):
			label++
		default:
			return false
		}
	}
	return label > 0 && s[len(s)-1] != '-'
}

// IsBase64 reports whether s is RFC 4648 base64, with padding or without, with no other characters and zero bits at its end.
// OpenAPI says nothing about padding, and both are common.
func IsBase64(s []byte) bool {
	data := bytes.TrimRight(s, "=")
	if padding := len(s) - len(data); padding > 0 && (padding > 2 || len(s)%4 != 0) {
		return false
	}
	for _, c := range data {
		if c != '+' && c != '/' && !IsAlphanumeric(c) {
			return false
		}
	}
	switch len(data) % 4 {
	case 1:
		return false
	case 2:
		return sextet(data[len(data)-1])&15 == 0
	case 3:
		return sextet(data[len(data)-1])&3 == 0
	}
	return true
}

func sextet(c byte) byte {
	switch {
	case c >= 'a':
		return c - 'a' + 26
	case c >= 'A':
		return c - 'A'
	case c >= '0':
		return c - '0' + 52
	case c == '+':
		return 62
	}
	return 63
}
