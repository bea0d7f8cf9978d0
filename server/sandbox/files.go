package sandbox

import (
	"bytes"
	"context"
	"net/http"

	"github.com/resellerkit/resellerkit/gen/controlserver"
	"github.com/resellerkit/resellerkit/openapi"
	"github.com/resellerkit/resellerkit/server/internal/console"
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

// consolePath is where the console is served. Its files hold nothing of the sandbox, so they need no token.
const consolePath = "/_sandbox/ui"

// newConsole returns the handler of the console. Its page finds the control plane one level above its own path, so the path
// without the last slash is redirected.
func newConsole() http.Handler {
	files := http.StripPrefix(consolePath, console.Handler())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == consolePath {
			http.Redirect(w, r, consolePath+"/", http.StatusMovedPermanently)
			return
		}
		files.ServeHTTP(w, r)
	})
}
