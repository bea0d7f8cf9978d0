package witness

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"go.yaml.in/yaml/v3"

	"github.com/resellerkit/resellerkit/server/contract/counts"
)

// An operationInfo is what reports need to know of an operation.
type operationInfo struct {
	method, template string
	pointer          string // in the document
	line             int
	responses        map[string]*responseInfo // by status, range or default
	headers          map[string]bool          // declared for any response
	sent             map[string]bool          // headers of requests that matter
}

type responseInfo struct {
	media   map[string]bool
	headers map[string]bool // as places
}

// index prepares what look-ups need: operations by their ID, every name that the document has, and the literal parts of its paths.
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
			info.sent = sentHeaders(op, item)
			d.operations[id] = info
		}
		d.collectSegments(path)
	}
	return nil
}

// sentHeaders returns the names of the headers of requests that the contract looks at.
func sentHeaders(op *openapi3.Operation, item *openapi3.PathItem) map[string]bool {
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

// requestHeader returns the headers of a request that the document speaks of. Every client sends others.
func (d *Document) requestHeader(id string, h http.Header) http.Header {
	kept := make(http.Header, 4)
	for name := range d.operation(id).sent {
		if values := h[name]; values != nil {
			kept[name] = values
		}
	}
	return kept
}

// responseHeader returns the headers of a response without those that the document declares for another response only: they are a
// habit of the service, and no news.
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

// collectNames collects the keys of mappings, which are the names of properties and headers, and the names of parameters.
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

// operation returns what is known of an operation; not nil.
func (d *Document) operation(id string) *operationInfo {
	if info := d.operations[id]; info != nil {
		return info
	}
	return &operationInfo{}
}

// responseKey returns the key under which an operation declares a status, or "".
func (d *Document) responseKey(id string, status int) string {
	info := d.operation(id)
	for _, key := range []string{strconv.Itoa(status), strconv.Itoa(status/100) + "XX", "DEFAULT"} {
		if info.responses[key] != nil {
			return key
		}
	}
	return ""
}

func (d *Document) responseOf(id string, status int) *responseInfo {
	return d.operation(id).responses[d.responseKey(id, status)]
}

// declaresHeader reports whether the response of an operation with a status declares a header, which is given as a place.
func (d *Document) declaresHeader(id string, status int, place string) bool {
	response := d.responseOf(id, status)
	return response != nil && response.headers[place]
}

func (d *Document) headersOf(id string) map[string]bool { return d.operation(id).headers }

// statusKey returns the status as findings have it: of the range, where the document declares a range.
func (d *Document) statusKey(id string, status int) int {
	if key := d.responseKey(id, status); key != "" {
		return statusOf(key)
	}
	return status
}

// safePlace returns a place without names that look like data.
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
