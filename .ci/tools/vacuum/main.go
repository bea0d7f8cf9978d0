// Command vacuum lints OpenAPI documents with a ruleset of vacuum (github.com/daveshanley/vacuum) and fails on anything that
// vacuum has to say: errors, warnings and information alike.
//
//	vacuum RULESET DOCUMENT...
//
// It is vacuum's own engine without its terminal interface, language server and reports, which together take as long to
// compile as the engine. The findings are those of `vacuum lint --ruleset RULESET --fail-severity info DOCUMENT...`.
package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/daveshanley/vacuum/motor"
	"github.com/daveshanley/vacuum/rulesets"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: vacuum RULESET DOCUMENT...")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ruleset string, documents []string) error {
	data, err := os.ReadFile(ruleset)
	if err != nil {
		return err
	}
	given, err := rulesets.CreateRuleSetFromData(data)
	if err != nil {
		return fmt.Errorf("%s: %w", ruleset, err)
	}
	rules := rulesets.BuildDefaultRuleSets().GenerateRuleSetFromSuppliedRuleSet(given)
	var findings error
	for _, document := range documents {
		found, err := lint(rules, document)
		if err != nil {
			return fmt.Errorf("%s: %w", document, err)
		}
		fmt.Printf("%s: %d rules, %d findings\n", document, len(rules.Rules), found)
		if found > 0 {
			findings = errors.New("vacuum has findings")
		}
	}
	return findings
}

// circular is reported even if the ruleset switches it off. A schema may contain itself, as the description of a schema does.
const circular = "circular-references"

// lint prints what the rules find in a document, and counts it.
func lint(rules *rulesets.RuleSet, document string) (int, error) {
	data, err := os.ReadFile(document)
	if err != nil {
		return 0, err
	}
	result := motor.ApplyRulesToRuleSet(&motor.RuleSetExecution{
		RuleSet: rules, Spec: data, SpecFileName: document, Timeout: time.Minute, NodeLookupTimeout: time.Minute,
	})
	found := 0
	for _, r := range result.Results {
		if r.RuleId == circular {
			continue
		}
		found++
		line := 1
		if r.StartNode != nil {
			line = r.StartNode.Line
		}
		fmt.Printf("%s:%d: %s: %s (%s)\n", document, line, r.RuleSeverity, r.Message, r.RuleId)
	}
	return found, errors.Join(result.Errors...)
}
