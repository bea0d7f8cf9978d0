package command

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
)

// curl implements the part of curl that the README and the banner use: -s, -i, -X, -H, -d, --cacert and one URL. As in curl, -d may be repeated, and
// makes the request a POST of a form, and -i prints the status line and the header too.
func curl(args []string, stdout, stderr io.Writer) int {
	c := curlCommand{header: http.Header{}}
	if err := c.parse(args); err != nil {
		fmt.Fprintln(stderr, "curl:", err)
		return exitUsage
	}
	if err := c.run(stdout); err != nil {
		fmt.Fprintln(stderr, "curl:", err)
		return exitFailure
	}
	return 0
}

type curlCommand struct {
	method, url string
	header      http.Header
	data        []string
	head        bool
	ca          string
}

func (c *curlCommand) parse(args []string) error {
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		switch {
		case arg == "-s":
		case arg == "-i":
			c.head = true
		case slices.Contains([]string{"-X", "-H", "-d", "--cacert"}, arg):
			if len(args) == 0 {
				return fmt.Errorf("%s needs a value", arg)
			}
			c.set(arg, args[0])
			args = args[1:]
		case strings.HasPrefix(arg, "-"):
			return fmt.Errorf("this curl does not know %s", arg)
		default:
			c.url = arg
		}
	}
	return nil
}

func (c *curlCommand) set(flag, value string) {
	switch flag {
	case "-X":
		c.method = value
	case "--cacert":
		c.ca = value
	case "-d":
		c.data = append(c.data, value)
	case "-H":
		name, text, _ := strings.Cut(value, ":")
		c.header.Add(name, strings.TrimSpace(text))
	}
}

func (c *curlCommand) run(out io.Writer) error {
	method := c.method
	if method == "" && c.data != nil {
		method = http.MethodPost
	}
	if c.data != nil && c.header.Get("Content-Type") == "" {
		c.header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	req, err := http.NewRequest(method, c.url, strings.NewReader(strings.Join(c.data, "&")))
	if err != nil {
		return err
	}
	req.Header = c.header
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if c.ca != "" {
		pem, err := os.ReadFile(c.ca)
		if err != nil {
			return err
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: x509.NewCertPool()}
		transport.TLSClientConfig.RootCAs.AppendCertsFromPEM(pem)
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if c.head {
		fmt.Fprintf(out, "%s %s\n", resp.Proto, resp.Status)
		if err := resp.Header.Write(out); err != nil {
			return err
		}
		fmt.Fprintln(out)
	}
	_, err = io.Copy(out, resp.Body)
	return err
}
