package explain

import (
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/server/contract/internal/format"
)

func TestFormats(t *testing.T) {
	t.Parallel()
	const id = "0a9f0000-0000-0000-0000-00000000000b"
	tests := []struct {
		format    string
		good, bad []string
	}{
		{"uuid", []string{id, strings.ToUpper(id), "ffffffff-ffff-ffff-ffff-ffffffffffff"},
			[]string{"", "{" + id + "}", "urn:uuid:" + id, strings.ReplaceAll(id, "-", ""), id + "0", strings.Replace(id, "a", "g", 1), id[:35] + "\n"}},
		{"date", []string{"2024-02-29", "0001-01-01"}, []string{"2023-02-29", "2024-2-9", "2024-02-31", "2024-00-01", "2024-01-01T", " 2024-01-01", "24-01-01"}},
		{"date-time", []string{"2024-02-29T23:59:59Z", "2024-02-29T00:00:00.1234567+05:30", "2024-02-29T00:00:00-00:00"},
			[]string{"2024-02-29", "2024-02-29T00:00:00", "2024-02-29t00:00:00z", "2024-02-29T24:00:00Z", "2024-02-29T00:00:60Z", "2024-02-29T00:00:00.Z",
				"2024-02-29T00:00:00,5Z", "2024-02-29T00:00:00+0530", "2024-02-29T00:00:00+24:00", "2024-02-29 00:00:00Z", "2024-02-30T00:00:00Z", "2024-02-29T0:00:00Z"}},
		{"email", []string{"a@b", "a.b+c@example.com"}, []string{"", "a", "@b", "a@", "a b@c", "A <a@b>", "a@b@c", "a@b\n"}},
		{"byte", []string{"", "QQ==", "QQ", "QUI=", "QUI", "QUJD"}, []string{"Q", "QQ=", "QQ===", "====", "Q Q=", "QR==", "QR", "QUL", "QUJD\n", "QUJD=", "Q-__"}},
		{"uri", []string{"https://a/b?c#d", "urn:x:y", "mailto:a@b"}, []string{"", "/a", "a b:c", "://a", "http:", "http://a/ü", "http://a/%zz"}},
		{"ipv4", []string{"127.0.0.1"}, []string{"127.0.0", "127.0.0.01", "::1", "127.0.0.1/8"}},
		{"ipv6", []string{"::1", "2001:db8::"}, []string{"127.0.0.1", "fe80::1%eth0", ":::"}},
		{"hostname", []string{"a", "a-b.example", "1.2"}, []string{"", ".", "a.", "-a", "a-", "a_b", "ä", strings.Repeat("a", 64)}},
	}
	formats := validators(format.Strings(false, map[string]func([]byte) bool{"uuid": nil, "email": nil, "uri": nil, "ipv4": nil, "ipv6": nil, "hostname": nil}))
	for _, test := range tests {
		for _, s := range test.good {
			if formats[test.format].Validate(s) != nil {
				t.Errorf("%s: %q refused", test.format, s)
			}
		}
		for _, s := range test.bad {
			if formats[test.format].Validate(s) == nil {
				t.Errorf("%s: %q accepted", test.format, s)
			}
		}
	}
}
