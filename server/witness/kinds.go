package witness

import (
	"bytes"
	"net/http"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	maxShownKinds  = 64
	maxShownTokens = 2000 // of a body; large bodies mostly repeat the same objects
)

// kindsIn returns the places of a JSON body with the JSON types of their values, such as "/items/*/id: string". The result holds no value,
// and no name that looks like data.
func (d *Document) kindsIn(header http.Header, body []byte) []string {
	data, header, ok := decoded(header, body)
	if !ok || !isJSONType(mediaType(header)) || len(data) == 0 {
		return nil
	}
	dec := jsontext.NewDecoder(bytes.NewReader(data), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	w := &kindWalker{doc: d, dec: dec, seen: map[string]bool{}}
	w.value("")
	return w.list
}

// kindNames are the JSON types by the kind of their token.
var kindNames = map[jsontext.Kind]string{
	'n': "null", 't': "boolean", 'f': "boolean", '"': "string", '0': "number", '{': "object", '[': "array",
}

// A kindWalker collects the places of one body.
type kindWalker struct {
	doc    *Document
	dec    *jsontext.Decoder
	list   []string
	seen   map[string]bool
	tokens int
}

// value reads one value. It reports false at the end of the body, or if enough was read.
func (w *kindWalker) value(place string) bool {
	token, err := w.dec.ReadToken()
	if w.tokens++; err != nil || w.tokens > maxShownTokens || len(w.list) >= maxShownKinds {
		return false
	}
	if line := place + ": " + kindNames[token.Kind()]; place != "" && !w.seen[line] {
		w.seen[line] = true
		w.list = append(w.list, line)
	}
	switch token.Kind() {
	case '{':
		return w.members(place)
	case '[':
		for w.dec.PeekKind() != ']' {
			if !w.value(place + "/*") {
				return false
			}
		}
		_, err = w.dec.ReadToken()
	}
	return err == nil
}

func (w *kindWalker) members(place string) bool {
	for w.dec.PeekKind() == '"' {
		name, err := w.dec.ReadToken()
		if err != nil || !w.value(place+w.doc.safePlace("/"+escaper.Replace(name.String()))) {
			return false
		}
	}
	_, err := w.dec.ReadToken()
	return err == nil
}
