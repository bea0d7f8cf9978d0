package sandbox

import "net/http"

// watch has the recorder of the document, if there is one, see the exchanges of an API.
func (s *Sandbox) watch(document string, api http.Handler) http.Handler {
	for _, rec := range s.opts.Witness {
		if rec.Document().Name == document {
			return rec.Handler(api, leftOut)
		}
	}
	return api
}

// Reasons for which exchanges are left out of what [Options].Witness sees: their responses are not what the sandbox would give.
const (
	skipFault  = "fault"
	skipPrefer = "prefer"
)

func leftOut(r *http.Request) string {
	req := requestOf(r)
	switch {
	case req.faulted || req.Truncated:
		return skipFault
	case r.Header.Get("Prefer") != "":
		return skipPrefer
	}
	return ""
}
