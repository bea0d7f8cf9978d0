package sandbox_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/resellerkit/resellerkit/server/internal/storetest"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// hostileValues are texts that a database, a driver or a log may stumble over. Each holds the word hush, which no log may have.
var hostileValues = map[string]string{
	"U+0000":           "hush\x00hush",
	"invalid UTF-8":    "hush\xff\xfe",
	"a lone surrogate": "hush\xed\xa0\x80",
	"an overlong form": "hush\xc0\xaf",
	"a long key":       "hush" + strings.Repeat("k", 3000),
	"a very long key":  "hush" + strings.Repeat("päp ", 10_000),
	"quotes":           `hush'"; DROP TABLE clients; --\`,
	"a line break":     "hush\r\nX-Evil: 1",
	"other planes":     "hush\U0001F480\u202e\ufeff",
	"a placeholder":    "hush$1 ?1 :a @b %s",
}

// hostileForms are the bodies and queries of OAuth requests with a hostile value in each place.
func hostileForms(value string) (requests []call) {
	base := func(pairs ...string) url.Values {
		values := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			values.Set(pairs[i], pairs[i+1])
		}
		return values
	}
	client := []string{"client_id", "demo-myreports", "client_secret", "demo-secret"}
	grants := map[string]url.Values{
		"client_credentials": base(append(client, "scope", "x")...),
		"authorization_code": base(append(client, "code", "x", "redirect_uri", "http://a", "code_verifier", "v")...),
		"refresh_token":      base(append(client, "refresh_token", "x", "scope", "x")...),
	}
	for kind, values := range grants {
		values.Set("grant_type", kind)
		for name := range values {
			changed := url.Values{}
			for n, v := range values {
				changed[n] = v
			}
			changed.Set(name, value)
			requests = append(requests, form(portalPath, changed.Encode()), form(entraPath, changed.Encode()))
		}
	}
	good := base("client_id", "demo-myreports", "response_type", "code", "scope", "openid", "redirect_uri", "http://a", "state", "s",
		"code_challenge", strings.Repeat("c", 43), "code_challenge_method", "S256", "nonce", "n")
	for name := range good {
		changed := url.Values{}
		for n, v := range good {
			changed[n] = v
		}
		changed.Set(name, value)
		if query := changed.Encode(); len(query) < 7<<10 {
			requests = append(requests, call{method: "GET", target: "/connect/authorize?" + query, header: http.Header{}})
		}
	}
	return requests
}

// hostileCalls are requests of both APIs with a hostile value in each place that reaches the store.
func hostileCalls(value string) (requests []call) {
	if path := url.PathEscape(value); len(path) < 7<<10 {
		requests = append(requests, byEmail("DELETE", path, ""), byEmail("PATCH", path, newcomer("A", "B", "x@x")))
	}
	if query := url.QueryEscape(value); len(query) < 7<<10 {
		requests = append(requests,
			cockpit("GET", "/Customers/"+contoso+"/users?providerInstanceId="+microsoft+"&searchValue="+query, ""),
			everybody("?searchValue="+query), everybody("?groups="+query),
		)
	}
	text := jsonText(value)
	return append(requests,
		cockpit("POST", "/customer/"+contoso+"/users", `{"firstName":`+text+`,"lastName":"B","email":"a@x","role":{},"groups":[]}`),
		cockpit("POST", "/customer/"+contoso+"/users", `{"firstName":"A","lastName":"B","email":`+text+`,"role":{},"groups":[]}`),
		cockpit("PATCH", userPath+"/licenses", `{"providerInstanceId":"`+microsoft+`","licenses":[{"skuId":`+text+`,"isSelected":true}]}`),
		customerView(text),
		reports("POST", accountUsers, `{"displayName":"A","email":`+text+`}`),
		reports("POST", customerTeam, `{"displayName":"A","email":"r@x","roles":[`+text+`]}`),
		reports("PATCH", customerTeam+"/"+customersUser, `[{"op":"add","path":"/roles/-","value":`+text+`}]`),
		reports("PATCH", accountUsers+"/"+plainUser, `[{"op":"replace","path":"/displayName","value":`+text+`}]`),
		reports("GET", accountUsers+"/"+plainUser, "").as("").with("Authorization", "Bearer "+strings.Map(printableASCII, value)),
	)
}

// jsonText writes a value as JSON without looking at it, but for what would end the string.
func jsonText(value string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\r", `\r`, "\n", `\n`, "\x00", `\u0000`).Replace(value) + `"`
}

func printableASCII(r rune) rune {
	if r > ' ' && r < 0x7f {
		return r
	}
	return -1
}

// Ensure that no text in a request is an error of the store, on any kind of store, and that no log holds it.
func TestHostileValues(t *testing.T) {
	t.Parallel()
	storetest.Each(t, storetest.Kinds, func(t *testing.T, dsn string) {
		for name, value := range hostileValues {
			t.Run(name, func(t *testing.T) {
				var j journal
				b := start(t, sandbox.Options{Store: dsn, Logger: j.logger()})
				b.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
				for _, c := range append(hostileForms(value), hostileCalls(value)...) {
					a, err := b.try(t, c)
					if err != nil {
						t.Fatalf("%s %.200q: %v", c.method, c.target, err)
					}
					if a.status >= 500 || a.status == http.StatusFound && strings.Contains(a.header.Get("Location"), "server_error") {
						t.Errorf("%s %.200q %.200q: got %d %.200s %.200q", c.method, c.target, c.body, a.status, a.body, a.header.Get("Location"))
					}
				}
				for _, line := range j.lines(t) {
					delete(line, "path") // as it was sent
					for name, text := range line {
						if text, ok := text.(string); ok && (strings.Contains(text, "hush") || name == "error") {
							t.Errorf("the log has %s: %.300q", name, text)
						}
					}
				}
			})
		}
	})
}
