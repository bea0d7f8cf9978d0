package client

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/gen/myreports"
)

// readCloudCockpitEnvelope fills in what CloudCockpit's error envelope says. A body that is none says nothing. What can be
// read of an envelope with a member of another type is taken all the same.
func readCloudCockpitEnvelope(body []byte, e *Error) {
	var env cloudcockpit.Error
	_ = json.Unmarshal(body, &env)
	e.EnvelopeStatus = int(env.StatusCode)
	e.Type, e.Message = orEmpty(env.Type), orEmpty(env.Description)
	for _, d := range env.Errors {
		e.Members = append(e.Members, MemberError{Member: orEmpty(d.PropertyName), Messages: d.Description})
	}
	if id := orEmpty(env.CorrelationID); !strings.EqualFold(id, e.CorrelationID) {
		e.AnsweredCorrelationID = id
	}
}

// readMyReportsEnvelope does the same for MyReports.
func readMyReportsEnvelope(body []byte, e *Error) {
	var env myreports.Error
	_ = json.Unmarshal(body, &env)
	e.EnvelopeStatus = int(env.Error)
	e.Code, e.Message = orEmpty(env.ErrorCode), env.Message
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// scrub cuts secrets of the request out of what the service says about it.
func (e *Error) scrub(secrets ...string) {
	var pairs []string
	for _, s := range secrets {
		if s != "" {
			pairs = append(pairs, s, "[secret]")
		}
	}
	if pairs == nil {
		return
	}
	r := strings.NewReplacer(pairs...)
	e.Code, e.Type, e.Message = r.Replace(e.Code), r.Replace(e.Type), r.Replace(e.Message)
	for i, m := range e.Members {
		e.Members[i].Member = r.Replace(m.Member)
		for j, text := range m.Messages {
			m.Messages[j] = r.Replace(text)
		}
	}
}

// causeText says what a cause is without the addresses and bodies that net/url and oauth2 put into theirs.
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
