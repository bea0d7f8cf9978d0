// Package stock holds what oapi-codegen makes by itself, to compare it with what it makes of our templates: for each of our
// documents, and for kinds.openapi.yaml, which has parameters and answers of the kinds that ours do not have.
//
// The directories are generated, by the lines of the root's generate.go: cloudcockpit, myreports, sandbox and kinds are
// oapi-codegen's own, kindstypes and kindsserver are for kinds what gen has for our documents.
package stock
