package witness

import (
	"net/http"
	"net/url"
	"time"
)

// An Exchange is one request and its response, as a source saw them: the proxy, a HAR file, the client, or the sandbox.
// [Recorder.Add] reads it and keeps nothing of it.
type Exchange struct {
	Method        string
	Host          string   // as the request names it; empty where the source does not know
	URL           *url.URL // the path begins with that of the contract's server
	RequestHeader http.Header
	Request       Body

	Status   int // 0 where there was no response
	Header   http.Header
	Response Body

	Start    time.Time
	Duration time.Duration

	// Without says what the source cannot know, so that its absence is not reported.
	Without Aspect
	// Own is set where the response was not the service's: the proxy wrote it because the upstream could not be reached.
	Own bool
}

// A Body is the body of a message after transfer coding.
type Body struct {
	Data  []byte
	Known bool // the source has the body; otherwise it is neither empty nor wrong
	Cut   bool // Data is the beginning of a longer body
}

// whole reports whether all bytes of the body are there to be checked.
func (b Body) whole() bool { return b.Known && !b.Cut }

// Aspect is a set of properties of an exchange that a source may lose.
type Aspect uint8

// Aspects.
const (
	Credentials Aspect = 1 << iota // whether the request was authenticated: browsers leave credentials out of a HAR
	Bytes                          // byte order marks, bytes after the value, invalid UTF-8: a HAR holds decoded text
	HeaderCase                     // the spelling of header names
)

func (a Aspect) has(b Aspect) bool { return a&b != 0 }
