// Package jsonbody decodes the JSON bodies of requests that a contract has checked. Most callers want [Decode].
package jsonbody

import (
	"io"

	"github.com/go-json-experiment/json"
)

// Decode decodes the JSON value of body into into, as Go 1.27's encoding/json/v2 does: in one pass, with case-sensitive names
// of members. It uses the module that mirrors that package for older versions of Go. It is safe for concurrent use.
//
// If body has a method Bytes, as the bodies of package contract have, Decode uses those bytes instead of a copy.
func Decode(body io.Reader, into any) error {
	if checked, ok := body.(interface{ Bytes() []byte }); ok {
		return json.Unmarshal(checked.Bytes(), into)
	}
	return json.UnmarshalRead(body, into)
}
