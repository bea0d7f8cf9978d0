package route

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// A Base is the path of a server's URL, which comes before the templates of a document. Path may contain variables, such as
// {version}; Values has the values of those that the document lists, the others may be any text without a slash.
type Base struct {
	Path   string
	Values map[string][]string
}

// Bases returns the bases of servers, each once. The host does not count: a server does not know by what names its clients
// reach it. Without servers the only base is empty, as OpenAPI has it.
func Bases(servers openapi3.Servers) []Base {
	if len(servers) == 0 {
		return []Base{{}}
	}
	var bases []Base
	add := func(b Base) {
		if !slices.ContainsFunc(bases, func(other Base) bool { return other.Path == b.Path }) {
			bases = append(bases, b)
		}
	}
	for _, server := range servers {
		urls, all := expand(server)
		for _, u := range urls {
			add(Base{Path: basePath(u)})
		}
		if template := pathOf(server.URL); template != "" && (!all || free(server, template)) {
			add(Base{template, valuesOf(server)})
		}
	}
	return bases
}

// maxURLs is how many URLs of a server with variables are written out. The router finds a path that is written out faster
// than one with variables.
const maxURLs = 256

// expand returns the URLs with each value that the document lists for a variable, and whether these are all combinations.
func expand(server *openapi3.Server) (urls []string, all bool) {
	urls, all = []string{server.URL}, true
	for _, name := range slices.Sorted(maps.Keys(server.Variables)) {
		var next []string
		for _, value := range listed(server.Variables[name]) {
			for _, u := range urls {
				next = append(next, strings.ReplaceAll(u, "{"+name+"}", value))
			}
		}
		slices.Sort(next)
		if urls = slices.Compact(next); len(urls) > maxURLs {
			urls, all = urls[:maxURLs], false
		}
	}
	return urls, all
}

// listed returns the values that the document has for a variable.
func listed(variable *openapi3.ServerVariable) []string {
	if variable == nil {
		return []string{""}
	}
	return append([]string{variable.Default}, variable.Enum...)
}

// free reports whether a variable of the path may have any value.
func free(server *openapi3.Server, path string) bool {
	return slices.ContainsFunc(Names(path), func(name string) bool {
		variable := server.Variables[name]
		return variable == nil || len(variable.Enum) == 0
	})
}

// valuesOf returns the values of the variables that have an enumeration.
func valuesOf(server *openapi3.Server) map[string][]string {
	values := map[string][]string{}
	for name, variable := range server.Variables {
		if variable != nil && len(variable.Enum) > 0 {
			values[name] = listed(variable)
		}
	}
	return values
}

// pathOf returns the path of a URL with variables, or "" if it has none in its path.
func pathOf(server string) string {
	_, rest, absolute := strings.Cut(server, "://")
	switch {
	case absolute:
		_, rest, _ = strings.Cut(rest, "/")
	case strings.HasPrefix(server, "{"):
		return "" // the variable may be a host, or a path of several segments
	default:
		rest = server
	}
	if path := strings.Trim(rest, "/"); strings.Contains(path, "{") {
		return "/" + path
	}
	return ""
}

func basePath(server string) string {
	u, err := url.Parse(server)
	if err != nil {
		return ""
	}
	base := strings.TrimRight(u.EscapedPath(), "/")
	if base != "" && base[0] != '/' {
		base = "/" + base
	}
	return base
}
