// Package jsonbody decodes the JSON of requests that a contract has checked. See [Decode].
package jsonbody

import (
	"io"

	"github.com/go-json-experiment/json"
)

// Decode decodes the one JSON value of body into into, as Go 1.27's encoding/json/v2 does: in one pass, and with the names
// of members as they are spelt. Older versions of Go have it in the module that mirrors it. It is safe for concurrent use.
//
// A body with a method Bytes, as package contract makes them, is not read.
func Decode(body io.Reader, into any) error {
	if checked, ok := body.(interface{ Bytes() []byte }); ok {
		return json.Unmarshal(checked.Bytes(), into)
	}
	return json.UnmarshalRead(body, into)
}
