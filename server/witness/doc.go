// Package witness compares the traffic of a real service with an OpenAPI document. It reports where the service departs from the
// document and how much of the document the traffic covers, and it proposes the change that makes the document match the service.
//
// Most callers want a [Recorder], one of the four sources of exchanges below, and the recorder's report:
//
//	doc, err := witness.Embedded("cloudcockpit")     // or NewDocument, for any OpenAPI 3.0 document
//	rec, err := witness.NewRecorder(doc, witness.Options{Evidence: "witness"})
//	…
//	err = rec.Report().WriteText(os.Stdout, true)
//	err = rec.Close()
//
// # Sources of exchanges
//
// [NewProxy] makes a reverse proxy that forwards everything unchanged and checks a copy of each exchange. [Capture] reads HAR files and
// NDJSON of HAR entries. client/checked has an option that records the exchanges of this module's clients. [Recorder.Handler] records
// the exchanges of an http.Handler in the same process, to measure how much of a document a test suite covers.
//
// # Privacy
//
// No value of a message is stored or logged: no body, header, query, path or address. What is stored are counts, JSON types, names of
// members, and days. A name that looks like data (an e-mail address, a number, a UUID) is counted under {}. The one exception is
// [Traffic] with bodies, which is meant for a listener on loopback and keeps them in memory only.
//
// # Findings
//
// Request and response are judged together. A request that departs from the document and is refused confirms the document; one that is
// accepted shows that the document is too strict. A [Finding] is one place and one rule, with how often it was seen, the line of the
// document, and the evidence that the document gives for its statement there. Its [Class] tells whether the service or the caller
// departs.
//
// Every exchange is counted by a [contract.Tally], which sees JSON types, null, absence, enumerations, formats, and what is not
// declared. Other rules need the full validation, which costs up to a thousand times as much. So of the messages that depart in the same
// way only the first twenty are validated, and then one in 256. A finding that only the validation sees has [Finding.AtLeast] set:
// its counts are those of the sample.
//
// # Evidence
//
// An evidence folder has one JSON file for each run of a recorder. [Load] merges them: counts are added, the first day is the earliest
// and the last day the latest, and the order of the files does not matter. Evidence holds no values, so that it can be committed or
// mailed.
//
// # Proposals
//
// [Propose] edits the document so that it states what was seen. It verifies the edit before it returns: the result is a valid document,
// the recorded exchanges no longer show the findings that it settles, and no other operation changed. Statements that rest on exchanges
// get the evidence grade observed, with counts and days. Nothing is proposed from exchanges with an upstream whose certificate was not
// verified. Exchanges with a program on the same machine are used only on request, because that program is usually the sandbox.
//
// # Compatibility
//
// Members of the JSON report and IDs of findings stay as they are. The text of reports may change.
package witness
