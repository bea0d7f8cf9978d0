package strictjson

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Path is where the reader or a walker is. It lives on their stack and becomes a pointer only when it has to.
type Path struct {
	Parent *Path
	Name   string
	Index  int // for an element of an array, whose name is ""
	Array  bool
}

func (p *Path) Pointer(base string) string {
	var steps []string
	for ; p != nil; p = p.Parent {
		if p.Array {
			steps = append(steps, "/"+strconv.Itoa(p.Index))
		} else {
			steps = append(steps, PointerTo("", p.Name))
		}
	}
	slices.Reverse(steps)
	return base + strings.Join(steps, "")
}

// maxViolations is how many findings of one message are kept. Without a limit, a hostile message of a few megabytes would
// make a report of gigabytes.
const MaxFindings = 100

// maxName bounds the part of a pointer that comes from the message.
const maxName = 128

var pointerEscaper = strings.NewReplacer("~", "~0", "/", "~1")

func CutName(name string) string {
	if len(name) > maxName {
		return strings.ToValidUTF8(name[:maxName], "") + "…"
	}
	return name
}

// PointerTo returns parent extended by name, which may come from the message and is cut.
func PointerTo(parent, name string) string {
	name = CutName(name)
	if !utf8.ValidString(name) {
		name = strings.ToValidUTF8(name, "\uFFFD")
	}
	return parent + "/" + pointerEscaper.Replace(name)
}
