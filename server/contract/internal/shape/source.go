package shape

import (
	"github.com/getkin/kin-openapi/openapi3"
)

// A Source says where the document describes something: the grade of the nearest x-evidence, which says how well a fact is
// known, the line, if the document was loaded with IncludeOrigin, and the node.
type Source struct {
	Grade string
	Line  int
	Node  *Node
}

func SourceOf(extensions map[string]any, origin *openapi3.Origin) Source {
	grade, _ := evidence(extensions)["grade"].(string)
	return Source{Grade: grade, Line: lineOf(origin)}
}

// OrElse returns src with its empty fields taken from the parent.
func OrElse(src, parent Source) Source {
	if src.Grade == "" {
		src.Grade = parent.Grade
	}
	if src.Line == 0 {
		src.Line = parent.Line
	}
	if src.Node == nil {
		src.Node = parent.Node
	}
	return src
}

// lineOf returns the line of a node, or 0.
func lineOf(origin *openapi3.Origin) int {
	if origin == nil || origin.Key == nil {
		return 0
	}
	return origin.Key.Line
}

// Keyword returns src with the line of one of the node's keywords.
func (src Source) Keyword(origin *openapi3.Origin, name string) Source {
	if origin == nil {
		return src
	}
	if at, ok := origin.Fields.Lookup(name); ok && at.Line > 0 {
		src.Line = at.Line
	}
	return src
}

// ResponseSource returns what an operation's x-evidence says about one of its responses. It is not in the response itself,
// because the same component may be documented for one operation and inferred for another.
func ResponseSource(extensions map[string]any, status string) Source {
	responses, _ := evidence(extensions)["responses"].(map[string]any)
	response, _ := responses[status].(map[string]any)
	grade, _ := response["grade"].(string)
	return Source{Grade: grade}
}

func evidence(extensions map[string]any) map[string]any {
	node, _ := extensions["x-evidence"].(map[string]any)
	return node
}
