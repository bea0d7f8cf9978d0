package shape

import (
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract/internal/pattern"
)

// A PatternFormat is a format that stands for a pattern and for the format beside it. kin-openapi cannot compile the pattern,
// and keeps compiled ones for the whole program. Formats are an option of each check, and apply in branches, too.
type PatternFormat struct {
	Pattern *pattern.Pattern
	Format  string // the schema's own
}

const patternFormat = "pattern\x00"

// pattern replaces the pattern of a copy if kin-openapi cannot compile it. If nothing can, it goes unchecked.
func (p *Pruner) pattern(c *openapi3.Schema) {
	if c.Pattern == "" {
		return
	}
	compiled, err := p.Patterns.Compile(c.Pattern)
	if err == nil && compiled.Native {
		return
	}
	if err == nil && c.Type.Permits(openapi3.TypeString) {
		own := c.Format
		c.Format = patternFormat + own + "\x00" + c.Pattern
		p.Formats[c.Format] = PatternFormat{compiled, own}
	}
	c.Pattern = ""
}

// SplitFormat returns the format and the pattern of a schema. A copy may have both in its format.
func SplitFormat(s *openapi3.Schema) (format, expr string) {
	both, ok := strings.CutPrefix(s.Format, patternFormat)
	if !ok {
		return s.Format, s.Pattern
	}
	format, expr, _ = strings.Cut(both, "\x00")
	return format, expr
}
