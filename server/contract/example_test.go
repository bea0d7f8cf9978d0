package contract_test

import (
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/server/contract"
)

// Ten lines that are not ours: an API that greets.
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
	// 400 {"type":"about:blank","title":"Bad Request","status":400,"violations":[{"operation":"hello","in":"path","pointer":"/name","rule":"maxLength","expected":"at most 5 characters","refused":true}]}
	// 500 {"type":"about:blank","title":"Internal Server Error","status":500,"violations":[{"operation":"hello","in":"response","pointer":"/text","rule":"required","expected":"a value","refused":true}]}
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

// What is answered again and again can be checked once, when it is made.
func ExampleAnswer() {
	doc, err := openapi3.NewLoader().LoadFromData([]byte(greeter))
	if err != nil {
		log.Fatal(err)
	}
	c, err := contract.New(doc, contract.Options{})
	if err != nil {
		log.Fatal(err)
	}
	hello, ok := c.Part("hello", http.StatusOK, "/text", []byte(`"Hello!"`))
	if !ok {
		log.Fatal("not what the document describes")
	}
	h := c.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		a := contract.Answer{Text: []byte(`{"text":`)}
		a.Add(hello)
		a.Text = append(a.Text, '}')
		w.Header().Set("Content-Type", "application/json")
		if err := a.Write(w); err != nil {
			log.Print(err)
		}
	}))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/hello/Ann", http.NoBody))
	fmt.Println(w.Code, w.Body)
	// Output: 200 {"text":"Hello!"}
}
