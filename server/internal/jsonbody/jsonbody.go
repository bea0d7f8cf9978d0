// Package jsonbody decodes the JSON of requests that a contract has checked. See [Decode].
package jsonbody

import (
	"encoding/json"
	"io"
	"sync"
)

// Decode decodes the one JSON value of body into into, as encoding/json does. It is safe for concurrent use.
//
// A body with a method Bytes, as package contract makes them, is decoded by one of encoding/json's decoders that have served
// before: to make one, with its buffer, costs as much as to decode a small request.
func Decode(body io.Reader, into any) error {
	checked, ok := body.(interface{ Bytes() []byte })
	if !ok {
		return json.NewDecoder(body).Decode(into)
	}
	data := checked.Bytes()
	if len(data) > maxReuse {
		return json.Unmarshal(data, into)
	}
	d := idle.Get().(*decoder)
	d.rest = data
	start := d.json.InputOffset()
	err := d.json.Decode(into)
	// One that failed, or that has something left, would give it to the next caller.
	if err == nil && d.json.InputOffset()-start == int64(len(data)) {
		idle.Put(d)
	}
	return err
}

// maxReuse bounds the buffer that an idle decoder holds on to.
const maxReuse = 1 << 14

var idle = sync.Pool{New: func() any {
	d := new(decoder)
	d.json = json.NewDecoder(d)
	return d
}}

// A decoder reads one value after the other, as from a stream.
type decoder struct {
	json *json.Decoder
	rest []byte
}

func (d *decoder) Read(p []byte) (int, error) {
	n := copy(p, d.rest)
	if d.rest = d.rest[n:]; n == 0 {
		return 0, io.EOF
	}
	return n, nil
}
