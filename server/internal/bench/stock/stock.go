// Package stock holds what the wrappers of our template are compared with: those that oapi-codegen makes by itself, for each of
// our documents and for kinds.openapi.yaml, which has parameters of the kinds that ours do not have.
//
// The directories are generated, by the lines of the root's generate.go: cloudcockpit, myreports, sandbox and kinds are the
// wrappers of oapi-codegen, kindstypes and kindsserver are for kinds what gen has for our documents.
package stock
