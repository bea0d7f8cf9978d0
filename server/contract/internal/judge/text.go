package judge

import (
	"encoding/json"

	"github.com/resellerkit/resellerkit/server/contract/internal/accept"
	"github.com/resellerkit/resellerkit/server/contract/internal/explain"
	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

const (
	// maxWrong is how many elements of an array are explained. The others are only read as JSON.
	maxWrong = strictjson.MaxFindings
	// maxTries is how deeply arrays and objects may stand that the program is tried on. It reads one that it does not accept in vain,
	// so that without a limit the time would grow with the depth times the size.
	maxTries = 32
)

// CheckText checks JSON text as Check checks its value, without keeping the value in memory: text of millions of values would take
// many times its size. What the program accepts is passed over, and the rest is explained piece by piece. It stops when more
// violations would be of no use.
//
// Of a text that is not JSON only that is reported.
func (p *Plan) CheckText(data []byte, at explain.Place, out *explain.Report) {
	c := &textCheck{scan: accept.NewScanner()}
	defer c.scan.Release()
	c.scan.Begin(data)
	var s *shape.Shape
	var n *accept.Node
	direction := &explain.Direction{}
	if p != nil {
		s, n, direction = p.Shape, p.Program.Root, p.Direction
	}
	var found explain.Report
	c.pieces = direction.Pieces(s, at, &found)
	c.Reader = strictjson.Reader{Data: data, Found: func(rule, expected string, steps []strictjson.Step) {
		out.Add(at.Below(s, steps).Finding(rule, expected))
	}}
	isJSON := c.Whole(func() { c.value(s, n, nil, at.Source) })
	if isJSON || c.stopped {
		found.AddTo(out)
	}
}

// A textCheck reads text and passes over what its program accepts.
type textCheck struct {
	strictjson.Reader
	scan    *accept.Scanner
	pieces  *explain.Pieces
	stopped bool
}

// value reads and checks a value. It returns one of the same kind.
func (c *textCheck) value(s *shape.Shape, n *accept.Node, path *strictjson.Path, src shape.Source) any {
	first := c.Peek()
	nested := first == '{' || first == '['
	if !nested || c.Depth() <= maxTries {
		if end := c.scan.Piece(n, c.Pos, c.Depth()); end >= 0 {
			value := ofKind(c.Data[c.Pos:end])
			c.Pos = end
			return value
		}
	}
	switch {
	case s == nil:
		start := c.Pos
		c.Skip(path)
		return ofKind(c.Data[start:c.Pos])
	case first == '{' && !s.Whole:
		return c.Nested(func() any { return c.object(s, n, path, src) })
	case first == '[' && !s.Whole:
		return c.Nested(func() any { return c.array(s, n, path, src) })
	}
	value := c.ReadValue(path)
	if !c.Failed {
		c.pieces.Value(s, value, path, src)
		c.stop()
	}
	return value
}

// ofKind returns a value of the same kind as a JSON text.
func ofKind(text []byte) any {
	if len(text) == 0 {
		return nil
	}
	switch c := text[0]; c {
	case '{':
		return map[string]any(nil)
	case '[':
		return []any(nil)
	case '"':
		return ""
	case 't', 'f':
		return c == 't'
	case 'n':
		return nil
	}
	return json.Number(text)
}

func (c *textCheck) object(s *shape.Shape, n *accept.Node, path *strictjson.Path, src shape.Source) any {
	inner := shape.OrElse(s.Source, src)
	members, ok := c.Members(path, func(here *strictjson.Path) any {
		return c.value(s.Child(here.Name).Shape, n.Member(here.Name), here, inner)
	}).(map[string]any)
	if ok && !c.Failed {
		c.pieces.Object(s, members, path, src)
		c.stop()
	}
	return map[string]any(nil)
}

func (c *textCheck) array(s *shape.Shape, n *accept.Node, path *strictjson.Path, src shape.Source) any {
	inner := shape.OrElse(s.Source, src)
	elements, wrong := 0, 0
	c.Elements(path, func(here *strictjson.Path) {
		elements++
		if wrong == maxWrong {
			c.value(nil, nil, here, inner)
			return
		}
		before := c.pieces.Refused()
		c.value(s.Items.Shape, n.Element(), here, inner)
		if c.pieces.Refused() > before {
			wrong++
		}
	})
	if !c.Failed {
		c.pieces.Array(s, elements, path, src)
		c.stop()
	}
	return []any(nil)
}

// stop ends the reading when more violations would be of no use.
func (c *textCheck) stop() {
	if c.pieces.Full() {
		c.stopped, c.Failed = true, true
	}
}
