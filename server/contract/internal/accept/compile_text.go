package accept

import (
	"encoding/json"
	"reflect"

	"github.com/getkin/kin-openapi/openapi3"
)

// addText adds what a schema requires of strings. It returns false for a format that was registered with kin-openapi, which a
// program cannot check.
func (d *Compiler) addText(n *Node, s *openapi3.Schema) bool {
	if !s.Type.Permits(openapi3.TypeString) {
		return true
	}
	format := d.formats[s.Format]
	if format == nil && s.Format != "" && openapi3.SchemaStringFormats[s.Format] != nil {
		return false
	}
	if s.MinLength == 0 && s.MaxLength == nil && s.Pattern == "" && format == nil {
		return true
	}
	n.text.min, n.text.max = max(n.text.min, atLeast(s.MinLength)), min(n.text.max, atMost(s.MaxLength))
	if format != nil {
		n.text.formats = append(n.text.formats, format)
		n.text.more = true
	}
	if s.Pattern == "" {
		return true
	}
	p, err := d.patterns.Compile(s.Pattern)
	if err != nil {
		return true // it goes unchecked
	}
	n.text.patterns = append(n.text.patterns, p)
	n.text.more = true
	return true
}

// floatOf returns a number of an enumeration as kin-openapi compares it.
func floatOf(value any) (float64, bool) {
	if text, ok := value.(json.Number); ok {
		f, err := text.Float64()
		return f, err == nil
	}
	v := reflect.ValueOf(value)
	switch value.(type) {
	case int, int8, int16, int32, int64:
		return float64(v.Int()), true
	case uint, uint8, uint16, uint32, uint64:
		return float64(v.Uint()), true
	case float32, float64:
		return v.Float(), true
	}
	return 0, false
}
