package contract

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/resellerkit/resellerkit/server/contract/internal/media"
)

// The rules of this file are HTTP's own: documents need not repeat them.

// bodiless reports whether HTTP sends no body with a response, so that there is nothing to check.
func bodiless(method string, status int) bool {
	return method == http.MethodHead || status == http.StatusNotModified
}

// forbidsBody reports whether a status has no body, whatever the document declares (RFC 9110, 15.3.5 and 15.3.6).
func forbidsBody(status int) bool {
	return status == http.StatusNoContent || status == http.StatusResetContent
}

// isPart reports whether a response has only a part of the representation that the document describes, or several parts in
// one body (RFC 9110, 15.3.7).
func isPart(status int, header http.Header) bool {
	typ, _, _ := strings.Cut(header.Get("Content-Type"), ";")
	return status == http.StatusPartialContent &&
		(header.Get("Content-Range") != "" || strings.EqualFold(strings.TrimSpace(typ), "multipart/byteranges"))
}

// isRedirect reports whether a response is one to another place with the note that RFC 9110, 15.4 describes and servers such
// as net/http write: a short HTML page with a link.
func isRedirect(status int, header http.Header) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		typ, _, _ := strings.Cut(header.Get("Content-Type"), ";")
		return header.Get("Location") != "" && strings.EqualFold(strings.TrimSpace(typ), "text/html")
	}
	return false
}

// conditions say which statuses a request asks for by its header.
type conditions uint8

const (
	conditional conditions = 1 << iota // If-None-Match and the like: 304, 412
	ranged                             // Range: 206, 416
)

func conditionsOf(method string, header http.Header) (c conditions) {
	if method != http.MethodGet && method != http.MethodHead {
		return 0
	}
	for _, name := range []string{"If-None-Match", "If-Modified-Since", "If-Match", "If-Unmodified-Since"} {
		if header.Get(name) != "" {
			c |= conditional
		}
	}
	if header.Get("Range") != "" {
		c |= ranged
	}
	return c
}

// imply reports whether a status follows from the conditions of a request.
func (c conditions) imply(status int) bool {
	switch status {
	case http.StatusNotModified, http.StatusPreconditionFailed:
		return c&conditional != 0
	case http.StatusPartialContent, http.StatusRequestedRangeNotSatisfiable:
		return c&ranged != 0
	}
	return false
}

// implied reports whether HTTP itself answers with the status where the document declares a 200.
func (ck *responseCheck) implied() bool {
	plans := &ck.op.responses
	return plans.implied == Ignore && ck.asked.imply(ck.status) && !plans.declares(ck.status) && plans.find(http.StatusOK) != nil
}

// declares reports whether the document declares a status by itself or by its class, and not only by default.
func (p *responsePlans) declares(status int) bool {
	plan := p.find(status)
	return plan != nil && (plan != p.byRange["default"] || p.byRange[strconv.Itoa(status/100)+"XX"] == plan)
}

// upgrades reports whether the document declares that the protocol may be switched.
func (p *responsePlans) upgrades() bool { return p.declares(http.StatusSwitchingProtocols) }

// sniffLen is the number of bytes by which net/http decides about a media type.
const sniffLen = 512

// sniffs reports whether net/http will decide about the media type, because the handler has not.
func sniffs(header http.Header) bool {
	_, given := header["Content-Type"]
	return !given && !media.Encoded(header) && header.Get("Transfer-Encoding") == ""
}

// withSniffed returns a copy of the header with the media type that net/http will send for a body that begins with data.
func withSniffed(header http.Header, data []byte) http.Header {
	sniffed := header.Clone()
	sniffed["Content-Type"] = []string{http.DetectContentType(data[:min(len(data), sniffLen)])}
	return sniffed
}

// A statusKey is a key of an operation's responses.
type statusKey struct {
	key           string // 200, 2XX or default
	status, class int    // of the key; the other one is 0
	plan          *responsePlan
}

func newStatusKey(key string, plan *responsePlan) statusKey {
	k := statusKey{key: key, plan: plan}
	if status, err := strconv.Atoi(key); err == nil {
		k.status = status
	} else if class, ok := strings.CutSuffix(key, "XX"); ok && len(class) == 1 {
		k.class = int(class[0] - '0')
	}
	return k
}

// index returns the index of the key that describes a status, or -1: the status itself goes before its range, and that before
// default.
func (p *responsePlans) index(status int) int {
	if p.find(status) == nil {
		return -1
	}
	found := -1
	for i, k := range p.keys {
		switch {
		case k.status == status:
			return i
		case k.class == status/100, k.key == "default" && found < 0:
			found = i
		}
	}
	return found
}
