package witness

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"go.yaml.in/yaml/v3"

	"github.com/resellerkit/resellerkit/server/contract/counts"
)

// An operationInfo holds what is often looked up of an operation.
type operationInfo struct {
	method, template string
	pointer          string // to the operation in the document
	line             int
	responses        map[string]*responseInfo // by status, range or DEFAULT
	headers          map[string]bool          // that any response declares
	requestHeaders   map[string]bool          // that the contract checks
}

type responseInfo struct {
	media   map[string]bool
	headers map[string]bool // as places
}

// index collects what is often looked up: operations by their ID, all names in the document, and the literal segments of its paths.
func (d *Document) index() error {
	d.root = &yaml.Node{}
	if err := yaml.Unmarshal(d.Data, d.root); err != nil {
		return err
	}
	d.headers = map[string]bool{}
	d.names, d.segments, d.operations = map[string]bool{}, map[string]string{}, map[string]*operationInfo{}
	d.collectNames(d.root)
	for path, item := range d.doc.Paths.Map() {
		for method, op := range item.Operations() {
			id := op.OperationID
			if id == "" {
				id = method + " " + path
			}
			info := &operationInfo{
				method: method, template: path, responses: map[string]*responseInfo{}, headers: map[string]bool{},
				pointer: "#/paths/" + escaper.Replace(path) + "/" + strings.ToLower(method),
			}
			for status, response := range op.Responses.Map() {
				r := &responseInfo{media: map[string]bool{}, headers: map[string]bool{}}
				for name := range response.Value.Content {
					r.media[mediaType(http.Header{"Content-Type": {name}})] = true
				}
				for name := range response.Value.Headers {
					info.headers[name] = true
					place := "/" + http.CanonicalHeaderKey(name)
					d.headers[place], r.headers[place] = true, true
				}
				info.responses[strings.ToUpper(status)] = r
			}
			if node := d.find(info.pointer); node.value != nil {
				info.line = node.line
			}
			info.requestHeaders = checkedHeaders(op, item)
			d.operations[id] = info
		}
		d.collectSegments(path)
	}
	return nil
}

// checkedHeaders returns the names of the request headers that the contract checks for an operation.
func checkedHeaders(op *openapi3.Operation, item *openapi3.PathItem) map[string]bool {
	names := map[string]bool{"Content-Type": true, "Content-Length": true, "Content-Encoding": true, "Cookie": true, "Authorization": true}
	for _, list := range []openapi3.Parameters{op.Parameters, item.Parameters} {
		for _, p := range list {
			if p.Value.In == openapi3.ParameterInHeader {
				names[http.CanonicalHeaderKey(p.Value.Name)] = true
			}
		}
	}
	return names
}

// requestHeader returns the headers of a request without those that the contract does not check. Clients send many of these, and they are
// not reported as undeclared.
func (d *Document) requestHeader(id string, h http.Header) http.Header {
	kept := make(http.Header, 4)
	for name := range d.operation(id).requestHeaders {
		if values := h[name]; values != nil {
			kept[name] = values
		}
	}
	return kept
}

// responseHeader returns the headers of a response without those that the document declares only for other responses. The service sends
// them with every response, so that reporting them as undeclared would only be noise.
func (d *Document) responseHeader(id string, status int, h http.Header) http.Header {
	copied := false
	for place := range d.headers {
		name := place[1:]
		if _, sent := h[name]; !sent || d.declaresHeader(id, status, place) {
			continue
		}
		if !copied {
			h, copied = h.Clone(), true
		}
		delete(h, name)
	}
	return h
}

// collectSegments adds the segments of a path to Document.segments and Document.names.
func (d *Document) collectSegments(path string) {
	for _, base := range d.bases() {
		for _, step := range strings.Split(base+path, "/") {
			if step != "" && !strings.Contains(step, "{") {
				d.segments[strings.ToLower(step)] = step
			}
			d.names[step] = true
		}
	}
}

// collectNames adds all keys of the document, among them the names of properties and headers, and the names of parameters to
// Document.names.
func (d *Document) collectNames(node *yaml.Node) {
	if node.Kind == yaml.AliasNode {
		return
	}
	for i, child := range node.Content {
		if node.Kind == yaml.MappingNode && i%2 == 0 {
			d.names[child.Value] = true
			if value := node.Content[i+1]; child.Value == "name" && value.Kind == yaml.ScalarNode {
				d.names[value.Value] = true
			}
		}
		d.collectNames(child)
	}
}

// operation returns an operation, or an empty operationInfo if there is none with the ID.
func (d *Document) operation(id string) *operationInfo {
	if info := d.operations[id]; info != nil {
		return info
	}
	return &operationInfo{}
}

// responseKey returns the key of operationInfo.responses under which an operation declares a status, or "".
func (d *Document) responseKey(id string, status int) string {
	info := d.operation(id)
	for _, key := range []string{strconv.Itoa(status), strconv.Itoa(status/100) + "XX", "DEFAULT"} {
		if info.responses[key] != nil {
			return key
		}
	}
	return ""
}

// responseOf returns the response that an operation declares for a status, or nil.
func (d *Document) responseOf(id string, status int) *responseInfo {
	return d.operation(id).responses[d.responseKey(id, status)]
}

// declaresHeader reports whether an operation declares a header, given as a place, for responses with a status.
func (d *Document) declaresHeader(id string, status int, place string) bool {
	response := d.responseOf(id, status)
	return response != nil && response.headers[place]
}

// headersOf returns the headers that an operation declares for any response.
func (d *Document) headersOf(id string) map[string]bool { return d.operation(id).headers }

// statusKey returns the status of findings for a response: that of the range if the document declares a range, see statusOf.
func (d *Document) statusKey(id string, status int) int {
	if key := d.responseKey(id, status); key != "" {
		return statusOf(key)
	}
	return status
}

// safePlace returns a place in which names that look like data are replaced by {}.
func (d *Document) safePlace(place string) string {
	if place == "" {
		return ""
	}
	steps := strings.Split(place, "/")
	if len(steps) > maxPlaceDepth {
		steps = steps[:maxPlaceDepth]
	}
	for i, step := range steps[1:] {
		name := unescaper.Replace(step)
		if name != "*" && !counts.IsName(name) && !d.names[name] {
			steps[i+1] = counts.Other
		}
	}
	return strings.Join(steps, "/")
}
