package route

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Bases returns the paths of the URLs of servers, each once. The host does not count: a server does not know by what names
// its clients reach it. Without servers the only base is "", as OpenAPI has it.
func Bases(servers openapi3.Servers) []string {
	if len(servers) == 0 {
		return []string{""}
	}
	var bases []string
	for _, server := range servers {
		for _, expanded := range expand(server) {
			if base := basePath(expanded); !slices.Contains(bases, base) {
				bases = append(bases, base)
			}
		}
	}
	return bases
}

// maxURLs bounds how many URLs a server with variables stands for.
const maxURLs = 256

// expand puts each value that the document lists for a variable in its place.
func expand(server *openapi3.Server) []string {
	urls := []string{server.URL}
	for _, name := range slices.Sorted(maps.Keys(server.Variables)) {
		variable := server.Variables[name]
		var next []string
		for _, value := range append([]string{variable.Default}, variable.Enum...) {
			for _, u := range urls {
				next = append(next, strings.ReplaceAll(u, "{"+name+"}", value))
			}
		}
		slices.Sort(next)
		urls = slices.Compact(next)
		urls = urls[:min(len(urls), maxURLs)]
	}
	return urls
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
