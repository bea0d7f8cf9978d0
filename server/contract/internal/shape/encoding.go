package shape

import (
	"mime"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Unreadable reports whether an encoding object has only media types in which a value of a schema cannot be read: those of an
// object or array have to be JSON, text or form.
func Unreadable(schema *openapi3.SchemaRef, encoding *openapi3.Encoding) bool {
	if encoding == nil || encoding.ContentType == "" || schema == nil || schema.Value == nil {
		return false
	}
	kinds := said(schema.Value)
	if items := schema.Value.Items; kinds == Array && items != nil && items.Value != nil {
		kinds = said(items.Value)
	}
	if kinds == 0 || kinds&Scalar != 0 {
		return false
	}
	return !slices.ContainsFunc(strings.Split(encoding.ContentType, ","), func(one string) bool {
		typ, _, _ := mime.ParseMediaType(one)
		return IsJSON(typ) || strings.HasPrefix(typ, "text/") || strings.Contains(typ, "*")
	})
}

// IsForm reports whether bodies of a media type have parts that encoding objects describe.
func IsForm(typ string) bool {
	return typ == "application/x-www-form-urlencoded" || typ == "multipart/form-data"
}
