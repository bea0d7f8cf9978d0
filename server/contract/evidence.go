package contract

// gradeOf returns the grade of the x-evidence extension, which says what a fact of the document rests on, or "".
func gradeOf(extensions map[string]any) string {
	grade, _ := evidence(extensions)["grade"].(string)
	return grade
}

// responseGrade returns what an operation's x-evidence says of one of its responses. It stands there because the same
// response component may be documented for one operation and inferred for another.
func responseGrade(extensions map[string]any, status string) string {
	responses, _ := evidence(extensions)["responses"].(map[string]any)
	response, _ := responses[status].(map[string]any)
	grade, _ := response["grade"].(string)
	return grade
}

func evidence(extensions map[string]any) map[string]any {
	node, _ := extensions["x-evidence"].(map[string]any)
	return node
}
