// Package witness holds the exchanges of a real service to an OpenAPI document: it says where the service departs from the document,
// how much of the document was seen, and what change of the document follows.
//
// Most callers want a [Recorder], one of the four ways to fill it, and its report:
//
//	doc, err := witness.Embedded("cloudcockpit")     // or NewDocument, for any OpenAPI 3.0 document
//	rec, err := witness.NewRecorder(doc, witness.Options{Evidence: "witness"})
//	…
//	err = rec.Report().WriteText(os.Stdout, true)
//	err = rec.Close()
//
// # Four ways in
//
// [NewProxy] makes a reverse proxy that passes everything on unchanged and checks copies of what passes. [Capture] reads HAR files and
// NDJSON of HAR entries. client/checked has an option for the clients of this module, and [Recorder.Handler] watches a handler of the
// same process, which tells how much of a document a test suite touches.
//
// # What is never kept
//
// No value of a message is kept or logged: no body, header, query, path or address. Counts of kinds and names of members are, and days.
// A name that looks like data (an e-mail address, a number, a UUID) is counted under {}. [Traffic] with bodies is the one exception; it
// is for a loopback listener, and is gone with the process.
//
// # Findings
//
// Request and response are judged together. A request that departs from the document and is refused confirms the document; one that is
// accepted refutes it. A [Finding] is one place and one rule, with how often it was seen, the line of the document, and the evidence on
// which the document says what it says there. Its [Class] says whose departure it is.
//
// Every exchange is counted; [contract.Tally] sees kinds, null, absence, enumerations, formats, and what is not declared. Explaining
// costs up to a thousand times as much, so that of each kind of departure the first twenty are explained, and then one in 256: a
// finding that only the explanation sees is marked as counted on a sample.
//
// # Evidence
//
// A folder has one JSON file for each run. [Load] adds them up: counts add, first days are the earliest, last days the latest, and the
// order does not matter. Evidence is numbers and names, so that it can be read, mailed, committed and deleted.
//
// # Proposals
//
// [Propose] edits the document so that it says what was seen, and proves the edit before it returns: the result is a valid document,
// the recorded exchanges fit it, and no other operation changed. Facts that rest on exchanges have the grade observed, with numbers and
// days. Nothing is proposed from an upstream whose certificate was not verified, and nothing from a program on the same machine unless
// that is asked for.
//
// # Compatibility
//
// The JSON of reports keeps its members, and so do the IDs of findings. The text of reports may change.
package witness
