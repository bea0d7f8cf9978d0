package witness

import (
	"encoding/json"
	"io"
)

// WriteJSON writes the report as the JSON that openapi/witness.yaml describes.
func (r *Report) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	complete := *r
	complete.Findings = append([]*Finding{}, r.Findings...) // as [] and not as null
	complete.Contracts = append([]*ContractReport{}, r.Contracts...)
	return enc.Encode(&complete)
}
