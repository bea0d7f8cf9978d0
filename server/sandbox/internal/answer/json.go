package answer

import (
	"encoding/json"
	"net/http"

	"github.com/go-json-experiment/json/jsontext"
)

// JSON writes a response whose body is a value in JSON, with a media type of its own. A failed write is ignored: the client
// has closed the connection.
func JSON(w http.ResponseWriter, media string, status int, value any) {
	w.Header().Set("Content-Type", media)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value)
}

// AppendString appends s as a JSON string with only the escapes that RFC 8259 section 7 requires, as the services write
// strings: encoding/json also escapes characters such as < and U+2028. Invalid UTF-8 becomes U+FFFD.
func AppendString(b []byte, s string) []byte {
	b, _ = jsontext.AppendQuote(b, s) // the error only reports the invalid UTF-8
	return b
}

// AppendStrings appends a JSON array of strings; nil is an empty one.
func AppendStrings(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = AppendString(b, s)
	}
	return append(b, ']')
}
