package client_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/client"
	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
)

// The benchmarks compare the client with the generated one and with one written by hand. All three send the same headers
// and decode the response; the server responds from memory.
//
//	go test ./client -run '^$' -bench . -benchmem

func pageOf(n int) string {
	users := make([]string, n)
	for i := range users {
		users[i] = strings.Replace(adaJSON, "000000000001", fmt.Sprintf("%012d", i), 1)
	}
	return page(1, 1, false, strings.Join(users, ","))
}

// canned responds without any work, so that the benchmark measures the client.
func canned(body string) http.HandlerFunc {
	data := []byte(body)
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("Content-Length", fmt.Sprint(len(data)))
		_, _ = w.Write(data)
	}
}

// newGenerated returns the generated client with the headers that the client sends.
func newGenerated(b testing.TB, url string, hc *http.Client) *cloudcockpit.ClientWithResponses {
	b.Helper()
	cc, err := cloudcockpit.NewClientWithResponses(url, cloudcockpit.WithHTTPClient(hc),
		cloudcockpit.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
			r.Header.Set("Authorization", "Bearer secret-token")
			r.Header.Set("Accept", "application/json")
			r.Header.Set("User-Agent", "bench")
			return nil
		}))
	if err != nil {
		b.Fatal(err)
	}
	return cc
}

// byHand sends a request with the standard library alone.
func byHand(ctx context.Context, hc *http.Client, method, address string, in, out any) error {
	var body io.Reader
	if in != nil {
		data, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return err
	}
	for name, value := range map[string]string{
		"Authorization": "Bearer secret-token", "X-Tenant": tenant, "X-Correlation-Id": uuid.NewString(), "Accept": "application/json",
		"User-Agent": "bench", "Content-Type": "application/json",
	} {
		req.Header.Set(name, value)
	}
	resp, err := hc.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return errors.New(resp.Status)
	}
	if out == nil {
		return nil
	}
	return json.NewDecoder(resp.Body).Decode(out)
}

// contenders are functions that do the same in different ways.
type contenders map[string]func() error

// race benchmarks each contender, and then all of them in turns. The medians of the turns can be compared on a machine that
// has other work to do.
func (c contenders) race(b *testing.B) {
	b.Helper()
	names := slices.Sorted(maps.Keys(c))
	for _, name := range names {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := c[name](); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("in turns", func(b *testing.B) {
		took := map[string][]time.Duration{}
		for b.Loop() {
			for _, name := range names {
				began := time.Now()
				if err := c[name](); err != nil {
					b.Fatal(err)
				}
				took[name] = append(took[name], time.Since(began))
			}
		}
		for _, name := range names {
			slices.Sort(took[name])
			b.ReportMetric(float64(took[name][len(took[name])/2].Microseconds()), strings.ReplaceAll(name, " ", "-")+"-median-us")
		}
		b.ReportMetric(0, "ns/op") // the sum of all contenders has no meaning
	})
}

var errShort = errors.New("users are missing")

func BenchmarkList2000(b *testing.B) {
	url := serve(b, canned(pageOf(2000)))
	hc := &http.Client{Transport: http.DefaultTransport}
	users := newCloudCockpit(b, url, client.WithHTTPClient(hc)).CustomerUsers(contoso, contosoProvider)
	generated := newGenerated(b, url, hc)
	address := url + "/v1/Customers/" + contoso.String() + "/users?providerInstanceId=" + contosoProvider.String() + "&pageSize=2000&ascendingOrder=true"
	contenders{
		"client": func() error {
			list, err := users.List(b.Context(), client.ListCustomerUsers{PageSize: 2000})
			if err == nil && len(list.Items) != 2000 {
				err = errShort
			}
			return err
		},
		"generated": func() error {
			list, err := generated.ListCustomerUsersWithResponse(b.Context(), contoso, &cloudcockpit.ListCustomerUsersParams{
				XTenant: tenant, ProviderInstanceID: contosoProvider, PageSize: new(int32(2000)), AscendingOrder: new(true), XCorrelationID: new(uuid.New()),
			})
			if err == nil && (list.JSON200 == nil || len(list.JSON200.Items) != 2000) {
				err = errShort
			}
			return err
		},
		"by hand": func() error {
			var list client.CustomerUserPage
			err := byHand(b.Context(), hc, http.MethodGet, address, nil, &list)
			if err == nil && len(list.Items) != 2000 {
				err = errShort
			}
			return err
		},
	}.race(b)
}

func BenchmarkUpdate(b *testing.B) {
	url := serve(b, canned(""))
	hc := &http.Client{Transport: http.DefaultTransport}
	users := newCloudCockpit(b, url, client.WithHTTPClient(hc)).CustomerUsers(contoso, contosoProvider)
	generated := newGenerated(b, url, hc)
	address := url + "/v1/Customers/" + contoso.String() + "/users/" + ada.String()
	body := cloudcockpit.CustomerUserUpdate{CustomerUser: adaAsSheShallBe, ProviderInstanceID: contosoProvider}
	contenders{
		"client": func() error { return users.Update(b.Context(), ada, adaAsSheShallBe) },
		"generated": func() error {
			resp, err := generated.UpdateCustomerUserWithResponse(b.Context(), contoso, ada,
				&cloudcockpit.UpdateCustomerUserParams{XTenant: tenant, XCorrelationID: new(uuid.New())}, body)
			if err == nil && resp.StatusCode() != http.StatusOK {
				err = errors.New(resp.Status())
			}
			return err
		},
		"by hand": func() error { return byHand(b.Context(), hc, http.MethodPatch, address, body, nil) },
	}.race(b)
}
