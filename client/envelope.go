package client

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"
)

// readBody fills in what the body of a failed response says. Both services run on ASP.NET, where an error can leave the
// process by several ways, each with a form of its own:
//
//   - the API's envelope, as documented;
//   - ProblemDetails and ValidationProblemDetails (RFC 9457), from [ApiController] and from the exception middleware;
//   - HttpError with ModelState, from ASP.NET Web API;
//   - a dictionary of members and messages, from BadRequest(ModelState);
//   - a list of codes and descriptions, from ASP.NET Core Identity;
//   - a string, from BadRequest("…").
//
// Names are compared without regard to case, since each of these follows the naming policy of its own serialiser. A body
// of any other form says nothing, and neither does one of more than maxEnvelope bytes.
func (e *Error) readBody(h http.Header, body []byte) {
	if len(body) > maxEnvelope {
		return
	}
	if !isJSON(h) {
		if media, _, err := mime.ParseMediaType(h.Get("Content-Type")); err == nil && media == "text/plain" && e.Status >= 400 && utf8.Valid(body) {
			e.Message = string(bytes.TrimSpace(body[:min(len(body), maxErrorBody)]))
		}
		return
	}
	switch body = bytes.TrimSpace(body); {
	case len(body) == 0:
	case body[0] == '{':
		o := readObject(body)
		e.readObject(o)
		// {"error":{"code":…,"message":…}}, as Microsoft's services write it. One level only: a body nested ten thousand
		// levels deep would be parsed as often.
		if nested := readObject(o.find("error")); nested != nil {
			e.readObject(nested)
		}
	case body[0] == '[':
		e.readList(body)
	case e.Status >= 400:
		e.Message = textOf(body)
	}
}

// readObject reads every form that is an object. Where two forms name the same thing differently, the name of the
// documented envelope is tried first.
func (e *Error) readObject(o object) {
	failed := o.find("error")
	for _, raw := range []json.RawMessage{o.find("statusCode"), o.find("status"), failed} {
		if e.EnvelopeStatus == 0 {
			e.EnvelopeStatus = numberOf(raw)
		}
	}
	e.noteCode(codeOf(o.find("errorCode")))
	e.noteCode(codeOf(o.find("code")))
	if numberOf(failed) == 0 {
		e.noteCode(textOf(failed)) // RFC 6749
	}
	if t := textOf(o.find("type")); t != "" {
		e.Type = t
		e.noteDuplicate(t)
	}
	for _, text := range []string{
		textOf(o.find("description")), textOf(o.find("message")), problemText(o, e.Status), textOf(o.find("error_description")),
	} {
		e.Message = orElse(e.Message, text)
	}
	if id := textOf(o.find("correlationId")); id != "" && !strings.EqualFold(id, e.CorrelationID) {
		e.AnsweredCorrelationID = id
	}
	e.TraceID = orElse(e.TraceID, textOf(o.find("traceId")))
	e.readMembers(o.find("errors"))
	e.readMembers(o.find("modelState"))
	if e.Status >= 400 && failed == nil && e.EnvelopeStatus == 0 && e.Code == "" && e.Type == "" && e.Message == "" && e.Members == nil {
		e.readDictionary(o)
	}
}

// problemText joins the title and the detail of a problem. A title that only repeats the status says nothing.
func problemText(o object, status int) string {
	title, detail := textOf(o.find("title")), textOf(o.find("detail"))
	switch {
	case detail == "" || title == detail:
		return title
	case title == "" || title == http.StatusText(status):
		return detail
	}
	return strings.TrimRight(title, ".") + ": " + detail
}

// readMembers reads "errors" and "modelState": an object of members and their messages, or a list.
func (e *Error) readMembers(raw json.RawMessage) {
	if o := readObject(raw); o != nil {
		for _, m := range o {
			e.noteDuplicate(m.name) // Identity's code takes the place of the member's name
			e.Members = append(e.Members, MemberError{Member: m.name, Messages: messagesOf(m.value)})
		}
		return
	}
	var list []json.RawMessage
	_ = json.Unmarshal(raw, &list)
	for _, item := range list {
		o := readObject(item)
		if o == nil {
			if text := textOf(item); text != "" {
				e.Members = append(e.Members, MemberError{Messages: []string{text}})
			}
			continue
		}
		e.noteCode(codeOf(o.find("errorCode")))
		e.noteCode(codeOf(o.find("code")))
		e.Members = append(e.Members, MemberError{
			Member: textOf(o.find("propertyName", "field", "member")), Messages: messagesOf(o.find("description", "errorMessage", "message")),
		})
	}
}

// readDictionary reads BadRequest(ModelState): an object whose members are nothing but lists of messages.
func (e *Error) readDictionary(o object) {
	if e.Status == http.StatusPaymentRequired {
		return // MyReports sends the request's body back
	}
	for _, m := range o {
		if !bytes.HasPrefix(m.value, []byte("[")) || messagesOf(m.value) == nil {
			return
		}
	}
	for _, m := range o {
		e.noteDuplicate(m.name)
		e.Members = append(e.Members, MemberError{Member: m.name, Messages: messagesOf(m.value)})
	}
}

// readList reads the errors of ASP.NET Core Identity. A list of anything else, such as the JSON Patch that a 402 sends
// back, is left alone.
func (e *Error) readList(raw json.RawMessage) {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		return
	}
	for _, item := range list {
		o := readObject(item)
		code, text := codeOf(o.find("code")), textOf(o.find("description"))
		if code == "" || text == "" {
			continue
		}
		e.noteCode(code)
		e.Message = orElse(e.Message, text)
		e.Members = append(e.Members, MemberError{Messages: []string{text}})
	}
}

// noteCode keeps the first code, and looks at every one of them for a duplicate.
func (e *Error) noteCode(code string) {
	e.Code = orElse(e.Code, code)
	e.noteDuplicate(code)
}

func (e *Error) noteDuplicate(code string) {
	const duplicate = "duplicate"
	e.duplicate = e.duplicate || len(code) >= len(duplicate) && strings.EqualFold(code[:len(duplicate)], duplicate)
}

// An object is a JSON object with its members in the order of the document, which a map would lose.
type object []objectMember

type objectMember struct {
	name  string
	value json.RawMessage
}

// readObject returns nil for anything but an object. Of an object that is cut off it returns the members before the cut.
func readObject(raw []byte) object {
	d := json.NewDecoder(bytes.NewReader(raw))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil
	}
	o := object{}
	for d.More() {
		name, err := d.Token()
		text, ok := name.(string)
		var value json.RawMessage
		if err != nil || !ok || d.Decode(&value) != nil {
			break
		}
		o = append(o, objectMember{text, value})
	}
	return o
}

// find returns the value of the first of the names that the object has, or nil.
func (o object) find(names ...string) json.RawMessage {
	for _, name := range names {
		for _, m := range o {
			if strings.EqualFold(m.name, name) {
				return m.value
			}
		}
	}
	return nil
}

// textOf returns a JSON string's value, and "" for every other value.
func textOf(raw json.RawMessage) (text string) {
	_ = json.Unmarshal(raw, &text)
	return text
}

// numberOf returns the value of a JSON integer or of a string that holds one, and 0 for every other value.
func numberOf(raw json.RawMessage) int {
	n, _ := strconv.Atoi(strings.Trim(string(raw), `"`))
	return n
}

// codeOf returns an error code, which some services write as a number.
func codeOf(raw json.RawMessage) string {
	if text := textOf(raw); text != "" {
		return text
	}
	if n := numberOf(raw); n != 0 {
		return strconv.Itoa(n)
	}
	return ""
}

// messagesOf returns a string, or a list of strings, as a list. Everything else is nil.
func messagesOf(raw json.RawMessage) []string {
	if text := textOf(raw); text != "" {
		return []string{text}
	}
	var list []string
	if json.Unmarshal(raw, &list) != nil {
		return nil
	}
	return list
}
