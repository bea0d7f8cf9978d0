package contract

import (
	"encoding/json"
	"net/http"
)

// problem is an RFC 9457 problem details object.
type problem struct {
	Type       string     `json:"type"`
	Title      string     `json:"title"`
	Status     int        `json:"status"`
	Violations Violations `json:"violations"`
}

// WriteProblem writes rej as an RFC 9457 application/problem+json object that lists all violations. It is the default of
// [Options].Reject.
func WriteProblem(w http.ResponseWriter, _ *http.Request, _ *Call, rej *Rejection) {
	body, err := json.Marshal(problem{"about:blank", http.StatusText(rej.Status), rej.Status, rej.Violations})
	if err != nil { // cannot happen: strings, booleans and ints always encode
		body = []byte("{}")
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(rej.Status)
	_, _ = w.Write(body)
}
