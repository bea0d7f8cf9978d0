package shape

import (
	"github.com/getkin/kin-openapi/openapi3"
)

// A Source is where in the document something is said: the grade of the x-evidence extension, which says what a fact of the
// document rests on, the line, which is known if the loader was told to keep it, and the node.
type Source struct {
	Grade string
	Line  int
	Node  *Node
}

func SourceOf(extensions map[string]any, origin *openapi3.Origin) Source {
	grade, _ := evidence(extensions)["grade"].(string)
	return Source{Grade: grade, Line: lineOf(origin)}
}

// OrElse fills what a node does not say from what its parent says.
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

// lineOf returns the line where the loader found a node, or 0.
func lineOf(origin *openapi3.Origin) int {
	if origin == nil || origin.Key == nil {
		return 0
	}
	return origin.Key.Line
}

// Keyword returns the source with the line of one of a node's keywords.
func (src Source) Keyword(origin *openapi3.Origin, name string) Source {
	if origin == nil {
		return src
	}
	if at, ok := origin.Fields.Lookup(name); ok && at.Line > 0 {
		src.Line = at.Line
	}
	return src
}

// ResponseSource returns what an operation's x-evidence says of one of its responses. It stands there because the same
// response component may be documented for one operation and inferred for another.
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
