package strictjson

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Path is the position of a reader or walker in a value. It is kept on their stack, and becomes steps only if something is
// found there.
type Path struct {
	Parent *Path
	Name   string
	Index  int // used if Array is set; Name is "" then
	Array  bool
}

// A Step leads from a value to one of its members or elements.
type Step struct {
	Name  string // "" for an element
	Index int
	Array bool
}

// Steps returns the steps from the root to where the path ends.
func (p *Path) Steps() []Step {
	var steps []Step
	for ; p != nil; p = p.Parent {
		steps = append(steps, Step{p.Name, p.Index, p.Array})
	}
	slices.Reverse(steps)
	return steps
}

// Pointer returns the JSON pointer (RFC 6901) that leads on from base by the steps.
func Pointer(base string, steps []Step) string {
	var b strings.Builder
	b.WriteString(base)
	for _, step := range steps {
		if step.Array {
			b.WriteString("/" + strconv.Itoa(step.Index))
		} else {
			b.WriteString(PointerTo("", step.Name))
		}
	}
	return b.String()
}

// MaxFindings is how many places of one message are reported. Without a limit, a hostile message of a few megabytes would make a
// report of gigabytes.
const MaxFindings = 100

// maxName limits the part of a pointer that comes from the message.
const maxName = 128

var pointerEscaper = strings.NewReplacer("~", "~0", "/", "~1")

// CutName returns a name that comes from the message, cut.
func CutName(name string) string {
	if len(name) > maxName {
		return strings.ToValidUTF8(name[:maxName], "") + "…"
	}
	return name
}

// PointerTo returns parent extended by name. Name may come from the message, and is cut.
func PointerTo(parent, name string) string {
	name = CutName(name)
	if !utf8.ValidString(name) {
		name = strings.ToValidUTF8(name, "\uFFFD")
	}
	return parent + "/" + EscapePointer(name)
}

// EscapePointer returns a name as a JSON pointer has it.
func EscapePointer(name string) string { return pointerEscaper.Replace(name) }

// PlaceOf returns the step of a place for a name that no document declares: {} if it is data.
func PlaceOf(name string) string {
	if IsName(name) {
		return PointerTo("", name)
	}
	return "/" + AnyName
}
