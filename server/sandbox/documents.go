package sandbox

import (
	"bytes"
	"context"
	"net/http"
	"sync"

	"github.com/resellerkit/resellerkit/gen/controlserver"
	"github.com/resellerkit/resellerkit/openapi"
)

// GetCloudCockpitDocument returns the contract of the API.
func (c *controlPlane) GetCloudCockpitDocument(context.Context, controlserver.GetCloudCockpitDocumentRequestObject) (controlserver.GetCloudCockpitDocumentResponseObject, error) {
	return controlserver.GetCloudCockpitDocument200ApplicationVndOaiOpenapiResponse{DocumentApplicationVndOaiOpenapiResponse: document(openapi.CloudCockpitYAML)}, nil
}

// GetMyReportsDocument returns the contract of the API.
func (c *controlPlane) GetMyReportsDocument(context.Context, controlserver.GetMyReportsDocumentRequestObject) (controlserver.GetMyReportsDocumentResponseObject, error) {
	return controlserver.GetMyReportsDocument200ApplicationVndOaiOpenapiResponse{DocumentApplicationVndOaiOpenapiResponse: document(openapi.MyReportsYAML)}, nil
}

func document(data []byte) controlserver.DocumentApplicationVndOaiOpenapiResponse {
	return controlserver.DocumentApplicationVndOaiOpenapiResponse{Body: bytes.NewReader(data), ContentLength: int64(len(data))}
}

// The documents as JSON, converted once when first asked for.
var (
	cockpitJSON = sync.OnceValues(func() ([]byte, error) { return openapi.JSON(openapi.CloudCockpitYAML) })
	reportsJSON = sync.OnceValues(func() ([]byte, error) { return openapi.JSON(openapi.MyReportsYAML) })
)

// GetCloudCockpitJSON returns the contract of the API as JSON.
func (c *controlPlane) GetCloudCockpitJSON(context.Context, controlserver.GetCloudCockpitJSONRequestObject) (controlserver.GetCloudCockpitJSONResponseObject, error) {
	document, err := cockpitJSON()
	return jsonDocument(document), err
}

// GetMyReportsJSON returns the contract of the API as JSON.
func (c *controlPlane) GetMyReportsJSON(context.Context, controlserver.GetMyReportsJSONRequestObject) (controlserver.GetMyReportsJSONResponseObject, error) {
	document, err := reportsJSON()
	return jsonDocument(document), err
}

// A jsonDocument is a response that is JSON already. The generated type is a map, which would lose the order of the members.
type jsonDocument []byte

func (d jsonDocument) write(w http.ResponseWriter) error {
	w.Header().Set("Content-Type", "application/json")
	_, err := w.Write(d)
	return err
}

// VisitGetCloudCockpitJSONResponse writes the document.
func (d jsonDocument) VisitGetCloudCockpitJSONResponse(w http.ResponseWriter) error {
	return d.write(w)
}

// VisitGetMyReportsJSONResponse writes the document.
func (d jsonDocument) VisitGetMyReportsJSONResponse(w http.ResponseWriter) error { return d.write(w) }
