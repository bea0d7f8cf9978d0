package client

import (
	"errors"
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/oauth2"
)

// minSecret is the length from which on a secret is searched for. A shorter one, such as the token "t" of a test, is part
// of ordinary words, and a real token or password is longer.
const minSecret = 8

// scrub replaces secrets of the request in what the service says about it.
func (e *Error) scrub(secrets ...string) {
	var pairs []string
	for _, s := range secrets {
		if len(s) >= minSecret {
			pairs = append(pairs, s, "[secret]")
		}
	}
	if pairs == nil {
		return
	}
	r := strings.NewReplacer(pairs...)
	for _, text := range []*string{&e.Code, &e.Type, &e.Message, &e.TraceID, &e.AnsweredCorrelationID} {
		*text = r.Replace(*text)
	}
	for i, m := range e.Members {
		e.Members[i].Member = r.Replace(m.Member)
		for j, text := range m.Messages {
			m.Messages[j] = r.Replace(text)
		}
	}
}

// causeText returns the text of a cause without the URLs and bodies that net/url and oauth2 put into theirs.
func causeText(err error) string {
	if err == nil {
		return ""
	}
	if retrieve, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		text := "the token endpoint answered"
		if retrieve.Response != nil {
			text += " " + retrieve.Response.Status
		}
		return strings.TrimSpace(text + " " + retrieve.ErrorCode)
	}
	if address, ok := errors.AsType[*url.Error](err); ok {
		return causeText(address.Err)
	}
	return err.Error()
}

// oneLine makes text from outside fit for a log line. Characters that cannot be printed are replaced and not removed:
// removing them could restore a secret that scrub did not recognise because of them.
func oneLine(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == unicode.ReplacementChar || !unicode.IsPrint(r):
			return '?'
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > limit {
		return string(runes[:limit]) + "…"
	}
	return s
}
