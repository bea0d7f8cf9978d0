package witness

import (
	"encoding/json"
	"io"
)

// WriteJSON writes the whole report, in the form that openapi/witness.yaml describes.
func (r *Report) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	complete := *r
	complete.Findings = append([]*Finding{}, r.Findings...) // [] and not null
	complete.Contracts = append([]*ContractReport{}, r.Contracts...)
	return enc.Encode(&complete)
}
