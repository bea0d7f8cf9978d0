package witness

import (
	"net/http"
	"net/url"
	"time"
)

// An Exchange is one HTTP request and its response, as the proxy, a HAR file, the client or the sandbox saw them. [Recorder.Add] reads
// it and keeps no part of it.
type Exchange struct {
	Method        string
	Host          string   // value of the Host header; empty if unknown
	URL           *url.URL // the path begins with that of the contract's server
	RequestHeader http.Header
	Request       Body

	Status   int // 0 where there was no response
	Header   http.Header
	Response Body

	Start    time.Time
	Duration time.Duration

	// Without names what the source does not record, so that it is not reported as missing.
	Without Aspect
	// Own says that the proxy wrote the response itself because it could not reach the upstream.
	Own bool
}

// A Body is the body of a message after transfer coding.
type Body struct {
	Data  []byte
	Known bool // the source recorded the body; if not, no rule about the body applies
	Cut   bool // Data is the beginning of a longer body
}

// whole reports whether Data is the complete body.
func (b Body) whole() bool { return b.Known && !b.Cut }

// Aspect is a set of properties of an exchange that a source may not record.
type Aspect uint8

// Aspects.
const (
	Credentials Aspect = 1 << iota // whether the request was authenticated: browsers leave credentials out of HAR files
	Bytes                          // byte order marks, bytes after the JSON value, invalid UTF-8: HAR files hold decoded text
	HeaderCase                     // the spelling of header names
)

func (a Aspect) has(b Aspect) bool { return a&b != 0 }
