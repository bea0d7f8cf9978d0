package jsonpatch

import (
	"bytes"
	"encoding/json"
)

// A value is the value of an operation as Json.NET binds it to a .NET object, or
// the source of a move or copy. The zero value is null.
type value struct {
	kind  kind
	plain string          // scalarKind: the value as a string
	shown string          // scalarKind, listKind: what .NET prints for it
	raw   json.RawMessage // arrayKind, objectKind
	list  *list           // listKind
}

type kind int

const (
	nullKind   kind = iota
	scalarKind      // a string, a number, a boolean
	arrayKind
	objectKind
	listKind // the user's roles
)

func textValue(s string) value {
	return value{kind: scalarKind, plain: s, shown: s}
}

// bind converts JSON. It reports false if Json.NET cannot read the document: bad
// syntax, a number out of range, too much depth.
func bind(raw json.RawMessage) (value, bool) {
	raw = bytes.TrimSpace(raw)
	if raw == nil {
		return value{}, true
	}
	if !json.Valid(raw) {
		return value{}, false
	}
	switch raw[0] {
	case '[':
		return value{kind: arrayKind, raw: raw}, readable(raw)
	case '{':
		return value{kind: objectKind, raw: raw}, readable(raw)
	}
	return bindScalar(raw)
}

// bindScalar converts valid JSON that is neither an array nor an object. Booleans
// are true and false as strings, and True and False in .NET's messages.
func bindScalar(raw json.RawMessage) (value, bool) {
	switch raw[0] {
	case 'n':
		return value{}, true
	case 't':
		return value{kind: scalarKind, plain: "true", shown: "True"}, true
	case 'f':
		return value{kind: scalarKind, plain: "false", shown: "False"}, true
	case '"':
		var s string
		err := json.Unmarshal(raw, &s)
		return textValue(s), err == nil
	}
	plain, shown, ok := number(string(raw))
	return value{kind: scalarKind, plain: plain, shown: shown}, ok
}

// text converts to a string, or to null.
func (v value) text() (s *string, ok bool) {
	switch v.kind {
	case nullKind:
		return nil, true
	case scalarKind:
		return &v.plain, true
	}
	return nil, false
}

// texts converts to a list of strings and nulls, or to null, which is the nil
// slice. Json.NET converts an empty string to a null list.
func (v value) texts() (list []*string, ok bool) {
	switch v.kind {
	case nullKind:
		return nil, true
	case scalarKind:
		return nil, v.plain == ""
	case arrayKind:
		return v.elements()
	}
	return nil, false
}

func (v value) elements() (list []*string, ok bool) {
	var raws []json.RawMessage
	if err := json.Unmarshal(v.raw, &raws); err != nil {
		return nil, false
	}
	list = make([]*string, len(raws))
	for i, raw := range raws {
		if raw[0] == '[' || raw[0] == '{' {
			return nil, false
		}
		element, ok := bindScalar(raw)
		if !ok {
			return nil, false
		}
		list[i], _ = element.text()
	}
	return list, true
}

// String returns what .NET's string.Format prints for the value.
func (v value) String() string {
	switch v.kind {
	case arrayKind, objectKind:
		return indented(v.raw)
	}
	return v.shown
}
