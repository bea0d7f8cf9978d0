package contract_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"github.com/resellerkit/resellerkit/server/contract"
)

// A document from elsewhere: an API that greets.
const greeter = `
openapi: 3.0.3
info: {title: greeter, version: "1"}
paths:
  /hello/{name}:
    get:
      operationId: hello
      parameters: [{name: name, in: path, required: true, schema: {type: string, maxLength: 5}}]
      responses:
        "200": {description: A greeting, content: {application/json: {schema: {type: object, required: [text], properties: {text: {type: string}}}}}}
`

func Example() {
	doc, err := openapi3.NewLoader().LoadFromData([]byte(greeter))
	if err != nil {
		log.Fatal(err)
	}
	c, err := contract.New(doc, contract.Options{})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /hello/{name}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.PathValue("name") == "Bob" {
			fmt.Fprint(w, `{"txt":"Hello, Bob"}`) // a bug
			return
		}
		fmt.Fprintf(w, `{"text":"Hello, %s"}`, r.PathValue("name"))
	})
	srv := httptest.NewServer(c.Handler(mux))
	defer srv.Close()

	for _, name := range []string{"Ann", "Barbara", "Bob"} {
		resp, err := http.Get(srv.URL + "/hello/" + name)
		if err != nil {
			log.Fatal(err)
		}
		var body strings.Builder
		_ = resp.Write(&body)
		_, answer, _ := strings.Cut(body.String(), "\r\n\r\n")
		fmt.Println(resp.StatusCode, answer)
	}
	// Output:
	// 200 {"text":"Hello, Ann"}
	// 400 {"type":"about:blank","title":"Bad Request","status":400,"violations":[{"operation":"hello","in":"path","pointer":"/name","rule":"maxLength","expected":"at most 5 characters","refused":true,"got":"string","schema":"#/paths/~1hello~1{name}/get/parameters/0/schema","place":"/name","count":1}]}
	// 500 {"type":"about:blank","title":"Internal Server Error","status":500,"violations":[{"operation":"hello","status":200,"in":"response","pointer":"/text","rule":"required","expected":"a value","refused":true,"schema":"#/paths/~1hello~1{name}/get/responses/200/content/application~1json/schema","place":"/text","count":1}]}
}

// The contract goes around echo, not into e.Use. A router of chi is wrapped in the same way.
func ExampleContract_Handler_echo() {
	e := echo.New()
	e.GET("/hello/:name", func(ctx echo.Context) error {
		name := contract.FromContext(ctx.Request().Context()).PathValue("name")
		return ctx.JSON(http.StatusOK, map[string]string{"text": "Hello, " + name})
	})

	doc, err := openapi3.NewLoader().LoadFromData([]byte(greeter))
	if err != nil {
		log.Fatal(err)
	}
	c, err := contract.New(doc, contract.Options{})
	if err != nil {
		log.Fatal(err)
	}
	srv := httptest.NewServer(c.Handler(e)) // or http.ListenAndServe
	defer srv.Close()

	resp, err := http.Get(srv.URL + "/hello/J%C3%B6rg")
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	fmt.Println(resp.StatusCode, strings.TrimSpace(string(body)))
	// Output:
	// 200 {"text":"Hello, Jörg"}
}

// A proxy that only observes: violations go to a log, and the exchange continues.
func ExampleContract_Handler_reverseProxy() {
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"text":42}`)
	}))
	defer upstream.Close()
	target, err := url.Parse(upstream.URL)
	if err != nil {
		log.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.Header.Del("Accept-Encoding") // a compressed response cannot be checked
	}}

	doc, err := openapi3.NewLoader().LoadFromData([]byte(greeter))
	if err != nil {
		log.Fatal(err)
	}
	c, err := contract.New(doc, contract.Options{
		Observe: true,
		Finding: func(r *http.Request, v contract.Violation) { fmt.Println(r.Method, r.URL.Path, v) },
	})
	if err != nil {
		log.Fatal(err)
	}
	srv := httptest.NewServer(c.Handler(proxy))
	defer srv.Close()

	resp, err := http.Get(srv.URL + "/hello/Ann")
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	fmt.Println(resp.StatusCode, string(body))
	// Output:
	// GET /hello/Ann hello: response /text: type: expected a string
	// 200 {"text":42}
}

func ExampleContract_CheckResponse() {
	doc, err := openapi3.NewLoader().LoadFromData([]byte(greeter))
	if err != nil {
		log.Fatal(err)
	}
	c, err := contract.New(doc, contract.Options{})
	if err != nil {
		log.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, "/hello/Ann", http.NoBody)
	call, rej := c.Route(r.Method, r.URL)
	if rej != nil {
		log.Fatal(rej.Violations)
	}
	fmt.Println(c.CheckRequest(call, r, nil))
	fmt.Println(c.CheckResponse(call, 200, http.Header{"Content-Type": {"application/json"}}, []byte(`{"text":1}`)))
	// Output:
	//
	// hello: response /text: type: expected a string
}
