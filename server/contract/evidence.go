package contract

import "github.com/getkin/kin-openapi/openapi3"

// A source is where in the document something is said: the grade of the x-evidence extension, which says what a fact of the
// document rests on, and the line, which is known if the loader was told to keep it.
type source struct {
	grade string
	line  int
}

func sourceOf(extensions map[string]any, origin *openapi3.Origin) source {
	grade, _ := evidence(extensions)["grade"].(string)
	return source{grade, lineOf(origin)}
}

// orElse fills what a node does not say from what its parent says.
func orElse(src, parent source) source {
	if src.grade == "" {
		src.grade = parent.grade
	}
	if src.line == 0 {
		src.line = parent.line
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

// keyword returns the source with the line of one of a node's keywords.
func (src source) keyword(origin *openapi3.Origin, name string) source {
	if origin == nil {
		return src
	}
	if at, ok := origin.Fields.Lookup(name); ok && at.Line > 0 {
		src.line = at.Line
	}
	return src
}

// responseSource returns what an operation's x-evidence says of one of its responses. It stands there because the same
// response component may be documented for one operation and inferred for another.
func responseSource(extensions map[string]any, status string) source {
	responses, _ := evidence(extensions)["responses"].(map[string]any)
	response, _ := responses[status].(map[string]any)
	grade, _ := response["grade"].(string)
	return source{grade: grade}
}

func evidence(extensions map[string]any) map[string]any {
	node, _ := extensions["x-evidence"].(map[string]any)
	return node
}
