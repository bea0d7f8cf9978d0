package pace

import "net/http"

// The limits of a request's head are those of ASP.NET Core's server: a client that a service refuses is refused here, too.
const (
	maxRequestLine = 8 << 10 // bytes
	maxHeader      = 32 << 10
	maxHeaderLines = 100
)

// HeadStatus returns the status for a request whose head is too large: 414 or 431, which have no body. It is 0 for a good one.
func HeadStatus(r *http.Request) int {
	if len(r.Method)+len(" ")+len(r.RequestURI)+len(" ")+len(r.Proto) > maxRequestLine {
		return http.StatusRequestURITooLong
	}
	lines, size := 1, len("Host: \r\n")+len(r.Host) // which net/http takes out of the header
	for name, values := range r.Header {
		lines += len(values)
		for _, value := range values {
			size += len(name) + len(": \r\n") + len(value)
		}
	}
	if lines > maxHeaderLines || size > maxHeader {
		return http.StatusRequestHeaderFieldsTooLarge
	}
	return 0
}
