package command

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"runtime/debug"
	"strings"

	"github.com/resellerkit/resellerkit/server/witness"
)

// A contractURL is the value CONTRACT=URL of a flag.
type contractURL struct {
	contract string
	url      *url.URL
}

// parseContractURLs parses the values of a flag. The error names each value that is not CONTRACT=URL.
func parseContractURLs(flag string, values []string) (all []contractURL, err error) {
	for _, value := range values {
		contract, text, found := cutLast(value, "=")
		u, parseErr := url.Parse(text)
		if !found || contract == "" || parseErr != nil || u.Host == "" {
			err = errors.Join(err, fmt.Errorf("%s: %q is not CONTRACT=URL, for example cloudcockpit=https://api.cloudcockpit.com", flag, value))
			continue
		}
		all = append(all, contractURL{contract, u})
	}
	return all, err
}

// cutLast is strings.Cut around the last separator: the name of a file may contain one, and an origin does not.
func cutLast(s, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(s, separator); i >= 0 {
		return s[:i], s[i+len(separator):], true
	}
	return s, "", false
}

// openDocuments opens the documents that a flag names, or both embedded ones. A name that cannot be opened is bad usage.
func openDocuments(flag string, names []string) ([]*witness.Document, error) {
	if len(names) == 0 {
		names = []string{"cloudcockpit", "myreports"}
	}
	var docs []*witness.Document
	for _, name := range names {
		doc, err := witness.Open(name)
		if err != nil {
			return nil, usageError{fmt.Errorf("%s: %w", flag, err)}
		}
		docs = append(docs, doc)
	}
	return docs, nil
}

// tool names this command and its version in evidence.
func tool() string {
	info, _ := debug.ReadBuildInfo()
	return "resellerkit " + versionOf(info)
}

// readFile reads the file that a flag names. One that cannot be read is bad usage.
func readFile(flag, name string) ([]byte, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, usageError{fmt.Errorf("%s: %w", flag, err)}
	}
	return data, nil
}
