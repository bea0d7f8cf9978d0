package openapi_test

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/gen/cloudcockpitserver"
	"github.com/resellerkit/resellerkit/gen/myreports"
	"github.com/resellerkit/resellerkit/openapi"
)

// These tests check what the generated code needs of the documents in order to write the same bytes as the services.

// Ensure that every nullable member of a response of CloudCockpit has x-omitempty: false. Without it the generated code omits the
// member when it is nil, where the service writes null.
func TestGen_NullableMembersAreMarked(t *testing.T) {
	t.Parallel()
	doc, err := openapi.CloudCockpit()
	if err != nil {
		t.Fatal(err)
	}
	checked := map[string]bool{}
	var visit func(place string, ref *openapi3.SchemaRef)
	visit = func(place string, ref *openapi3.SchemaRef) {
		if ref == nil || ref.Ref != "" && checked[ref.Ref] {
			return
		}
		checked[ref.Ref] = true
		visit(place+"[]", ref.Value.Items)
		for name, property := range ref.Value.Properties {
			place := place + "." + name
			if property.Ref == "" && property.Value.Nullable {
				checked[place] = true
				if property.Value.Extensions["x-omitempty"] != false {
					t.Errorf("%s is nullable and has no x-omitempty: false", place)
				}
			}
			visit(place, property)
		}
	}
	forEachOperation(doc, func(place string, op *openapi3.Operation) {
		for status, response := range op.Responses.Map() {
			for _, media := range response.Value.Content {
				visit(place+" "+status, media.Schema)
			}
		}
	})
	if len(checked) < 15 {
		t.Errorf("only %d places were checked", len(checked))
	}
}

// Ensure that every response of CloudCockpit with a body declares X-Correlation-Id. A declared header makes the generated code write a
// bare UUID as a string and not as sixteen numbers. The header must not be required, or the code overwrites it with zeros.
func TestGen_CorrelationHeader(t *testing.T) {
	t.Parallel()
	doc, err := openapi.CloudCockpit()
	if err != nil {
		t.Fatal(err)
	}
	forEachOperation(doc, func(place string, op *openapi3.Operation) {
		for status, response := range op.Responses.Map() {
			if len(response.Value.Content) == 0 {
				continue
			}
			if header := response.Value.Headers["X-Correlation-Id"]; header == nil || header.Value.Required {
				t.Errorf("%s %s does not declare an X-Correlation-Id that is not required", place, status)
			}
		}
	})
}

// Ensure that nil is written as null.
func TestGen_NilIsNull(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		value any
		want  string
	}{
		{cloudcockpit.CustomerUserPage{}, `{"continuationToken":null,"hasNextPage":false,"hasPreviousPage":false,"items":null,"totalCount":0,"totalPages":0}`},
		{cloudcockpit.CustomerUser{}, `{"displayName":null,"domain":null,"email":null,"firstName":null,"lastName":null,"location":null,"temporaryPassword":null}`},
		{cloudcockpit.PortalUser{}, `{"email":null,"firstName":null,"groups":null,"lastName":null}`},
		{cloudcockpit.Role{}, `{"name":null}`},
		{cloudcockpit.Group{}, `{"id":"00000000-0000-0000-0000-000000000000","name":null}`},
		{cloudcockpit.PaginationParameters{}, `{"pageNumber":0,"pageSize":0}`},
		{cloudcockpit.Error{}, `{"correlationId":null,"description":null,"errors":null,"statusCode":0,"type":null}`},
		{cloudcockpit.ErrorDetail{}, `{"description":null,"propertyName":null}`},
	} {
		got, err := json.Marshal(test.value)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != test.want {
			t.Errorf("%T: got %s, want %s", test.value, got, test.want)
		}
	}
}

// Ensure that decoding and encoding keep null and absent apart in the value of a JSON Patch, where they differ in meaning.
func TestGen_PatchValue(t *testing.T) {
	t.Parallel()
	for _, want := range []string{
		`[{"op":"replace","path":"/displayName","value":null}]`,
		`[{"op":"remove","path":"/roles/0"}]`,
		`[{"op":"add","path":"/roles/-","value":"user.admin"},{"from":"/roles/0","op":"move","path":"/roles/-"}]`,
		`[{"op":"replace","path":"/roles","value":[ "account.user" , 1.50 ]}]`,
		`[{"op":"test","path":"/displayName","value":false}]`,
		`[{"path":"/displayName","value":"A"}]`,
	} {
		var patch myreports.JSONPatch
		if err := json.Unmarshal([]byte(want), &patch); err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		encoder := json.NewEncoder(&got)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(patch); err != nil {
			t.Fatal(err)
		}
		// Marshal compacts a RawMessage and keeps the text of numbers.
		var compact bytes.Buffer
		if err := json.Compact(&compact, []byte(want)); err != nil {
			t.Fatal(err)
		}
		if strings.TrimSuffix(got.String(), "\n") != compact.String() {
			t.Errorf("got %s, want %s", got.String(), compact.String())
		}
	}
}

// Ensure that the id of a created user is written as a JSON string.
func TestGen_CreatedID(t *testing.T) {
	t.Parallel()
	id := uuid.MustParse("40000000-0000-4000-8000-000000000001")
	correlation := "6f1f4a52-8f0e-4d58-9d3f-0d2b6c1c7a10"
	for status, response := range map[int]cloudcockpitserver.CreatePortalUserResponseObject{
		200: cloudcockpitserver.CreatePortalUser200JSONResponse{
			Body: id, Headers: cloudcockpitserver.CreatePortalUser200ResponseHeaders{XCorrelationID: &correlation},
		},
		201: cloudcockpitserver.CreatePortalUser201JSONResponse{
			Body: id, Headers: cloudcockpitserver.CreatePortalUser201ResponseHeaders{XCorrelationID: &correlation},
		},
	} {
		w := httptest.NewRecorder()
		if err := response.VisitCreatePortalUserResponse(w); err != nil {
			t.Fatal(err)
		}
		if got, want := w.Body.String(), `"40000000-0000-4000-8000-000000000001"`+"\n"; got != want || w.Code != status {
			t.Errorf("got %d %s, want %d %s", w.Code, got, status, want)
		}
		if got := w.Header().Get("X-Correlation-Id"); got != correlation {
			t.Errorf("X-Correlation-Id: got %s, want %s", got, correlation)
		}
	}
}

// Ensure that the clients link the standard library and oapi-codegen's runtime, and no server or validator.
func TestGen_ClientDependencies(t *testing.T) {
	t.Parallel()
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}",
		"./gen/cloudcockpit", "./gen/myreports", "./gen/control", "./gen/witness")
	list.Dir = ".."
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	allowed := []string{
		"github.com/resellerkit/resellerkit/gen/", "github.com/oapi-codegen/runtime", "github.com/google/uuid",
		"github.com/apapsch/go-jsonmerge/",
	}
	packages := strings.Fields(string(out))
	if !slices.Contains(packages, "github.com/resellerkit/resellerkit/gen/myreports") {
		t.Fatalf("go list gave %q, which is not what was asked for", packages)
	}
	for _, path := range packages {
		if !slices.ContainsFunc(allowed, func(prefix string) bool { return strings.HasPrefix(path, prefix) }) {
			t.Errorf("the clients import %s", path)
		}
	}
}
