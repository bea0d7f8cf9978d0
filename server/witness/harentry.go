package witness

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	maxHARHeaders     = 1000 // headers of a message that are kept
	maxHARHeaderBytes = 64 << 10
)

// A harEntry holds the members of a HAR entry that are used.
type harEntry struct {
	method, url                  string
	started                      string
	elapsed                      float64 // milliseconds
	status                       int
	request, response            harMessage
	cached, webSocket, preflight bool
}

// A harMessage is a request or a response.
type harMessage struct {
	header      http.Header
	headers     int // how many were read
	headerBytes int
	body        harBody
}

func newHarEntry() *harEntry {
	return &harEntry{
		request:  harMessage{header: http.Header{}, body: harBody{size: sizeAbsent}},
		response: harMessage{header: http.Header{}, body: harBody{size: sizeAbsent}},
	}
}

// entryMember reads the value of a member of an entry.
func (h *harReader) entryMember(e *harEntry, name string) error {
	var err error
	switch name {
	case "startedDateTime":
		e.started, _, _, err = h.text()
	case "time":
		e.elapsed, _, err = h.number()
	case "request":
		err = h.object(func(name string) error { return h.requestMember(e, name) })
	case "response":
		err = h.object(func(name string) error { return h.responseMember(e, name) })
	case "_fromCache", "fromCache":
		e.cached, err = h.flag()
	case "_webSocketMessages":
		e.webSocket = true
		err = h.dec.SkipValue()
	case "_resourceType":
		var kind string
		kind, _, _, err = h.text()
		e.preflight = e.preflight || kind == "preflight"
		e.webSocket = e.webSocket || kind == "websocket"
	default:
		err = h.dec.SkipValue()
	}
	return err
}

func (h *harReader) requestMember(e *harEntry, name string) error {
	var err error
	switch name {
	case "method":
		e.method, _, _, err = h.text()
	case "url":
		e.url, _, _, err = h.text()
	case "headers":
		err = h.headers(&e.request)
	case "bodySize":
		err = h.size(&e.request.body)
	case "postData":
		e.request.body.present = h.dec.PeekKind() == '{'
		err = h.object(func(name string) error { return h.bodyMember(&e.request.body, name) })
	default:
		err = h.dec.SkipValue()
	}
	return err
}

func (h *harReader) responseMember(e *harEntry, name string) error {
	var err error
	switch name {
	case "status":
		var status float64
		status, _, err = h.number()
		e.status = int(max(-1, min(status, 1000)))
	case "headers":
		err = h.headers(&e.response)
	case "content":
		e.response.body.present = h.dec.PeekKind() == '{'
		err = h.object(func(name string) error { return h.bodyMember(&e.response.body, name) })
	case "_fromDiskCache", "_fromServiceWorker":
		var cached bool
		cached, err = h.flag()
		e.cached = e.cached || cached
	default:
		err = h.dec.SkipValue()
	}
	return err
}

// flag reads a flag, which some tools write as a boolean and others as a string: it is set by true, or by a string that is not empty.
func (h *harReader) flag() (bool, error) {
	switch h.dec.PeekKind() {
	case '"':
		s, _, _, err := h.text()
		return s != "", err
	case 't':
		return true, h.dec.SkipValue()
	}
	return false, h.dec.SkipValue()
}

// headers reads a list of headers.
func (h *harReader) headers(m *harMessage) error {
	return h.array(func() error {
		var name, value string
		err := h.object(func(member string) error {
			var err error
			switch member {
			case "name":
				name, _, _, err = h.text()
			case "value":
				value, _, _, err = h.text()
			default:
				err = h.dec.SkipValue()
			}
			return err
		})
		if err == nil {
			m.add(name, value)
		}
		return err
	})
}

// add adds a header, unless it is a pseudo-header of HTTP/2 such as ":path". Browsers join several lines of one header with line feeds.
func (m *harMessage) add(name, value string) {
	if name == "" || strings.HasPrefix(name, ":") || m.headers >= maxHARHeaders ||
		m.headerBytes+len(name)+len(value) > maxHARHeaderBytes {
		return
	}
	m.headers++
	m.headerBytes += len(name) + len(value)
	for line := range strings.SplitSeq(value, "\n") {
		m.header.Add(name, strings.TrimSpace(line))
	}
}

// skip returns why the entry is not used, or "".
func (e *harEntry) skip() string {
	u, err := url.Parse(e.url)
	switch {
	case e.method == "" || e.url == "" || err != nil:
		return SkipEntry
	case e.webSocket || u.Scheme == "ws" || u.Scheme == "wss" || e.status == http.StatusSwitchingProtocols:
		return SkipWebSocket
	case u.Scheme != "http" && u.Scheme != "https":
		return SkipScheme
	case e.preflight || e.method == http.MethodOptions && e.request.header.Get("Access-Control-Request-Method") != "":
		return SkipPreflight
	case e.cached || e.status == http.StatusNotModified:
		return SkipCached
	case e.status < 100 || e.status > 999:
		return SkipStatus
	}
	return ""
}

// exchange returns the exchange of an entry that is not skipped.
func (e *harEntry) exchange() *Exchange {
	u, _ := url.Parse(e.url)
	u.Fragment, u.RawFragment = "", ""
	x := &Exchange{
		Method: e.method, Host: u.Host, URL: u, Status: e.status,
		RequestHeader: e.request.header, Header: e.response.header,
		Duration: time.Duration(e.elapsed * float64(time.Millisecond)),
		Without:  Bytes | HeaderCase,
	}
	x.Start, _ = time.Parse(time.RFC3339Nano, e.started)
	if x.RequestHeader.Get("Authorization") == "" && x.RequestHeader.Get("Cookie") == "" {
		x.Without |= Credentials
	}
	x.Request = e.request.requestBody(e.method)
	x.Response = e.response.responseBody()
	return x
}
