// Package contract checks HTTP exchanges against an OpenAPI 3.0 document: every request before your handler sees it, every
// response before the client does. It works with any document and any [net/http.Handler].
//
// To enforce a document in front of a server, wrap the server's handler with [Contract.Handler]:
//
//	doc, err := openapi3.NewLoader().LoadFromFile("openapi.yaml")
//	…
//	c, err := contract.New(doc, contract.Options{Admit: authenticate})
//	…
//	err = http.ListenAndServe(addr, c.Handler(router)) // an echo, a chi router, a ServeMux
//
// Admit is needed if the document declares security. [FromContext] gives handlers the operation and what Admit learned.
//
// To observe a server that runs elsewhere, wrap a reverse proxy; nothing is refused, and Finding gets every violation:
//
//	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
//		r.SetURL(upstream)
//		r.Out.Header.Del("Accept-Encoding") // net/http then asks for gzip and decodes it
//	}}
//	c, err := contract.New(doc, contract.Options{Observe: true, Finding: log})
//	…
//	err = http.ListenAndServe(addr, c.Handler(proxy))
//
// Client transports and checkers of recorded traffic route with [Contract.Route] and check with [Contract.CheckRequest] and
// [Contract.CheckResponse].
//
// # Options
//
//	option                default   effect
//	Admit                 none      authenticates requests, and may answer them; needed if security is declared
//	Reject                problem   writes the response to a refused exchange; RFC 9457 by default
//	Finding               none      gets every violation
//	Done                  none      gets all violations of an exchange at its end, with the status
//	Undeclared            Report    members of open objects that are not declared
//	UndeclaredParameters  as above  query parameters that are not declared
//	UndeclaredHeaders     Ignore    headers that are not declared
//	UndeclaredStatuses    Reject    statuses that are not declared
//	ImpliedStatuses       Ignore    statuses that HTTP gives to conditional and range requests
//	Departures            Reject    requests that many services accept all the same; see below
//	Redaction             Secrets   what RedactRequest, RedactResponse and RedactQuery replace
//	IgnoreCase            false     paths and names of query parameters in any case
//	Formats               none      formats of strings beyond those of OpenAPI 3.0, such as uuid
//	Charsets              UTF-8     and its other names, and US-ASCII
//	Patterns              none      compiles patterns that Go's regexp does not have
//	MaxRequestBody        1 MiB     and RequestLimits for single operations
//	MaxResponseBody       64 MiB    larger responses are not checked
//	Observe               false     report, and refuse nothing; ObserveOperations for single operations
//
// # It wraps the whole server
//
// Put it outside the server, never into a router's middleware chain. Echo's e.Use in particular runs its middleware before
// echo writes the response to an error: a handler's "418 I'm a teapot" is still an empty 200 when middleware returns, so a
// checker there approves of a response that is never sent. Routers also answer 404 and 405 themselves, around their
// middleware. Middleware that compresses responses belongs outside the contract, because a compressed body cannot be checked,
// and so does middleware that answers OPTIONS requests (CORS), which are 405 if the document does not declare them.
//
// # What is checked
//
// In this order, and the first step that fails decides the response: the route (404, 405 with Allow); [Options].Admit; the
// body's size (413); its media type, charset and encoding (415); all parameters and the body together (400, with all
// violations); then, after your handler, the response (500).
//
// kin-openapi decides about the document's schemas. This package adds the checks that kin-openapi does not make: duplicate
// members, members that differ only in case, bytes after the value, invalid UTF-8, U+0000, integers that no Go integer holds,
// repeated and undeclared parameters, undeclared members, undeclared statuses, bodies where none is declared. [Violation] has
// the table.
//
// JSON, form and multipart bodies and plain strings are checked against their schema, also if the document declares them by
// a range such as */*. Of a body of another media type (XML, YAML, images) or of format binary only size, presence and media
// type are checked.
//
// # What OpenAPI does not ask for
//
// Some rules are this package's own: readers of JSON and HTTP disagree about such messages, so that what was checked would not be
// what the next program reads. Their violations have Strict set, because an observed service may be right.
//
//	rule       refused although the schema may accept it               because                               option
//	duplicate  a member, or a parameter that takes one value, twice    readers take the first or the last    none
//	case       members that differ only in case                        Go and .NET take one for the other    none
//	trailing   bytes after the JSON value                              readers stop, fail or go on           none
//	utf8, nul  invalid UTF-8, U+0000                                   databases and languages refuse them   none
//	depth      JSON nested deeper than 512                             recursion ends a program              none
//	size       a body beyond the limit, or not as long as announced    memory                                MaxRequestBody, RequestLimits
//	charset    a charset other than UTF-8                              the bytes are checked as UTF-8        Charsets
//	encoding   a Content-Encoding other than identity                  the body cannot be read               see Decode
//	format     a UUID with capital letters in a response               clients compare it as text            Formats
//	hijack     a handler that takes over the connection                nothing is checked from there on      none
//
// # What HTTP adds to a document
//
// Documents need not repeat what RFC 9110 says. 204, 205 and 304 have no body, whatever is declared for them. A redirect for
// which no content is declared may have the short HTML note that servers such as net/http write. A 206 may be
// multipart/byteranges, and its body is not checked, because it is a part of what the document describes. 304, 412, 206 and 416
// to conditional and range requests need not be declared beside a 200 ([Options].ImpliedStatuses). If a handler leaves the
// media type to net/http, the response is judged by the one that net/http sends.
//
// # Departures
//
// Frameworks bind requests more loosely than documents say, and clients rely on it without knowing. [Options].Departures has a
// policy for each way. Reject, the default, refuses the request, and [Violation].Departure names the way; with Report and Ignore your
// handler gets the canonical form, in the URL, the header, the body and the call, and what is sent is a finding or not. The
// canonical form is always one that the document accepts.
//
//	rule       sent                                                             read as
//	case       a member's name in another case, of closed objects, too;         the declared name
//	           not if the object has both spellings, nor below a schema that
//	           says nothing of members, as the value of a patch
//	boolean    True, FALSE, with white space around, in query and header        true, false
//	enum       a value of an enumeration of the query in another case           the declared value
//	integer    01, +1, with white space around, in the query                    1
//	empty      an optional query parameter of type string without a value       absent
//	body       a body where none is declared, up to the limit                   no body
//	uuid       without dashes, in braces or in parentheses, in path and query   with dashes
//	escape     a lone %, a semicolon, in the query                              %25, %3B
//	bom        a byte order mark before JSON                                    JSON
//	mediaType  another JSON media type than is declared                         application/json, if that is declared
//
// Under Observe nothing is changed; violations still name their departures.
//
// # What your handler gets
//
// Under Observe your handler gets the request as it was sent. Otherwise the request's body is the bytes that were checked, the type in its Content-Type is in lower case, and its path is spelt as
// the document spells it. If the path has escapes, URL.RawPath is set, so that a router that unescapes path parameters does so
// once. Routers that do not (chi.URLParam, echo's Param) then always return them escaped, as generated code expects;
// [Call.PathValue] returns them unescaped. A body that is not empty has a method Bytes() []byte, which returns all of it
// without a copy, for decoders that do not need a reader; the bytes must not be changed.
//
// The response is buffered up to [Options].MaxResponseBody, and neither its status nor its header is sent before it has been
// checked. If the first Write is a whole JSON document, as encoders write it, it is checked at once and sent without a copy,
// with a Content-Length if it is long, so that net/http need not chunk it. A handler that sends trailers after such a response
// must announce them in a Trailer header before; then no length is set. What is written after the document is not sent and,
// unless it is white space, reported (rule trailing). Flush has an effect only if no check needs the whole body (an event
// stream, an image).
//
// # What may be shown
//
// [Contract.RedactRequest], [Contract.RedactResponse] and [Contract.RedactQuery] replace the secrets in what a log or a list
// keeps of an exchange.
//
// # Compatibility
//
// Names of rules are stable; the texts of [Violation].Expected and of String are not.
//
// # How it decides
//
// It accepts fast and explains slowly. [New] compiles the document's schemas into programs that run once over the bytes of a
// message, build no values, and accept only what kin-openapi accepts and about which there is nothing to report. What they do
// not accept is decoded and goes to kin-openapi and to this package's own checks, which decide and name every violation. So a
// correct message costs little, and an incorrect one as much as with kin-openapi.
//
// Some messages always take the slow path: those with something to report, with escapes in the names of members, or with
// objects that have more than 64 members that no schema names; those whose schemas have keywords of OpenAPI 3.1 or are composed
// of themselves; forms, multipart bodies, plain text, cookies, and parameters that are objects.
package contract
