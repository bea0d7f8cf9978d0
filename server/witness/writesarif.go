package witness

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// The objects of SARIF 2.1.0 (Static Analysis Results Interchange Format) that GitHub's code scanning reads.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool    sarifTool     `json:"tool"`
		Results []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string    `json:"id"`
		ShortDescription sarifText `json:"shortDescription"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID              string             `json:"ruleId"`
		RuleIndex           int                `json:"ruleIndex"`
		Level               string             `json:"level"`
		Message             sarifText          `json:"message"`
		Locations           []sarifLocation    `json:"locations"`
		PartialFingerprints map[string]string  `json:"partialFingerprints"`
		OccurrenceCount     int64              `json:"occurrenceCount,omitempty"`
		Suppressions        []sarifSuppression `json:"suppressions,omitempty"`
	}
	sarifLocation struct {
		PhysicalLocation sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		ArtifactLocation sarifArtifact `json:"artifactLocation"`
		Region           sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine int `json:"startLine"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Justification string `json:"justification"`
	}
)

const sarifSchema = "https://json.schemastore.org/sarif-2.1.0.json"

// maxSARIF is the number of results in a run above which code scanning refuses the file.
const maxSARIF = 25_000

// ruleTexts describes the rules that are not keywords of OpenAPI.
var ruleTexts = map[string]string{
	"path": "no path of the document matches", "method": "the path does not have this method",
	"undeclared": "a name that the document does not declare", "status": "a status that the document does not declare",
	"mediaType": "a media type that the document does not declare", "header": "a header departs from the document",
	ruleRefused: "requests that match the document are refused", ruleGateway: "a gateway responded", ruleShape: "an object with other members",
	ruleCase: "names spelt in another case than in the document",
}

// WriteSARIF writes the findings for code scanning. Their locations are lines of the OpenAPI document.
func (r *Report) WriteSARIF(w io.Writer) error {
	run := sarifRun{Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{Name: "resellerkit", InformationURI: "https://github.com/resellerkit/resellerkit", Rules: []sarifRule{}}
	byRule := map[string]int{}
	for _, f := range r.Findings[:min(len(r.Findings), maxSARIF)] {
		index, known := byRule[f.Rule]
		if !known {
			index = len(run.Tool.Driver.Rules)
			byRule[f.Rule] = index
			text := cmp.Or(ruleTexts[f.Rule], "the keyword "+f.Rule+" of OpenAPI")
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{f.Rule, sarifText{text}})
		}
		run.Results = append(run.Results, r.sarif(f, index))
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(sarifLog{sarifSchema, "2.1.0", []sarifRun{run}})
}

func (r *Report) sarif(f *Finding, rule int) sarifResult {
	level := map[Class]string{Differs: "error", New: "warning"}[f.Class]
	document := f.Contract
	if c := r.contractOf(f.Contract); c != nil {
		document = c.Document
	}
	result := sarifResult{
		RuleID: f.Rule, RuleIndex: rule, Level: cmp.Or(level, "note"), Message: sarifText{f.message()},
		PartialFingerprints: map[string]string{"resellerkitFinding/v1": f.ID}, OccurrenceCount: f.Exchanges,
		Locations: []sarifLocation{{sarifPhysical{sarifArtifact{strings.ReplaceAll(document, "\\", "/")}, sarifRegion{max(1, f.Line)}}}},
	}
	if f.Accepted != "" {
		result.Suppressions = []sarifSuppression{{"external", f.Accepted}}
	}
	return result
}

// message returns a finding as one sentence.
func (f *Finding) message() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", f.where(), cmp.Or(ruleTexts[f.Rule], f.Rule))
	if f.Expected != "" {
		b.WriteString("; expected " + plain(f.Expected))
	}
	if got := f.got(); got != "" {
		b.WriteString("; got " + got)
	}
	fmt.Fprintf(&b, "; %s exchanges", f.frequency())
	if f.Evidence.Grade != "" {
		b.WriteString("; the document's evidence: " + plain(f.Evidence.Grade))
	}
	return b.String()
}
