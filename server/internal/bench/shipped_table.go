package main

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// writeShipped prints the tables of -shipped.
func writeShipped(out io.Writer, s settings, h *shippedHTTP, costs map[cell][]cost, took time.Duration) error {
	w := bufio.NewWriter(out)
	if h != nil {
		h.writeCases(w)
		h.writeMixed(w)
		h.writeDurable(w)
	}
	if costs != nil {
		writeShippedCosts(w, costs)
	}
	fmt.Fprintf(w, "\nMedians of %d rounds of %v each; the run took %v.\n%s\n", s.rounds, s.duration, took.Round(time.Second), machine())
	return w.Flush()
}

// shippedTitle is the title of a server's row.
func shippedTitle(name string) string {
	for _, v := range variants {
		if v.key == name {
			return fmt.Sprintf("(%s) %s", v.key, v.title)
		}
	}
	for _, s := range shippedServers() {
		if s.name() == name {
			return fmt.Sprintf("(%s) %s, GOMAXPROCS=%d", name, s.title, s.procs)
		}
	}
	return name
}

// writeCases prints the requests per second of all cases, and the servers' CPU time, which other load on the machine affects
// less.
func (h *shippedHTTP) writeCases(w io.Writer) {
	columns := slices.DeleteFunc(slices.Clone(shippedCases), func(c shippedCase) bool {
		for x := range h.cases {
			if x.bench == c.name {
				return false
			}
		}
		return true
	})
	if len(columns) == 0 {
		return
	}
	fmt.Fprintf(w, "Over HTTP, requests per second (ratio to (%s); get to its update), server and load on a core each, %d connections:\n\n", unvalidated, connections)
	h.table(w, columns, func(got, reference []throughput) string {
		perSecond := func(t throughput) float64 { return t.perSecond }
		return thousands(median(got, perSecond)) + ratio(got, reference, perSecond)
	})
	fmt.Fprintf(w, "\nOver HTTP, the server's CPU time per request, kernel included (ratio to (%s)):\n\n", unvalidated)
	h.table(w, columns, func(got, reference []throughput) string {
		frequency := func(t throughput) float64 { return 1 / t.cpu() }
		return short(median(got, throughput.cpu)) + ratio(got, reference, frequency)
	})
}

func (h *shippedHTTP) table(w io.Writer, columns []shippedCase, field func(got, reference []throughput) string) {
	fmt.Fprint(w, "| server |")
	for _, c := range columns {
		fmt.Fprintf(w, " %s |", c.title)
	}
	fmt.Fprintf(w, "\n|---|%s\n", strings.Repeat("---|", len(columns)))
	for _, server := range (&fleet{}).servers() {
		fmt.Fprintf(w, "| %s |", shippedTitle(server))
		for _, c := range columns {
			text := "–"
			if got := h.cases[cell{server, c.name}]; got != nil {
				text = field(got, h.cases[cell{unvalidated, c.name}])
			}
			fmt.Fprintf(w, " %s |", text)
		}
		fmt.Fprintln(w)
	}
}

func (h *shippedHTTP) writeMixed(w io.Writer) {
	if len(h.mixed) == 0 {
		return
	}
	fmt.Fprintf(w, "\nOver HTTP, mixed, requests per second: %d connections list 25, and %d update at the same time:\n\n", connections/2, connections/2)
	fmt.Fprint(w, "| server | list 25 | update, same names |\n|---|---|---|\n")
	for _, s := range shippedServers() {
		if h.mixed[cell{s.name(), "list25"}] != nil {
			fmt.Fprintf(w, "| %s | %s | %s |\n", shippedTitle(s.name()),
				h.rate(h.mixed, s.name(), "list25"), h.rate(h.mixed, s.name(), "update"))
		}
	}
}

func (h *shippedHTTP) rate(of map[cell][]throughput, server, bench string) string {
	return thousands(median(of[cell{server, bench}], func(t throughput) float64 { return t.perSecond }))
}

func (h *shippedHTTP) writeDurable(w io.Writer) {
	if len(h.durable) == 0 {
		return
	}
	bare := median(h.bare, func(f float64) float64 { return f })
	fmt.Fprintf(w, "\nDurable creates per second over HTTP, beside %s single INSERTs per second in a bare loop on the same disk (ratio):\n\n| server |", thousands(bare))
	for _, callers := range durableCallers {
		fmt.Fprintf(w, " %d callers |", callers)
	}
	fmt.Fprintf(w, "\n|---|%s\n", strings.Repeat("---|", len(durableCallers)))
	for _, s := range shippedServers() {
		if !s.file || h.durable[cell{s.name(), "1"}] == nil {
			continue
		}
		fmt.Fprintf(w, "| %s |", shippedTitle(s.name()))
		for _, callers := range durableCallers {
			perSecond := median(h.durable[cell{s.name(), fmt.Sprint(callers)}], func(t throughput) float64 { return t.perSecond })
			fmt.Fprintf(w, " %s (%.2f) |", thousands(perSecond), perSecond/bare)
		}
		fmt.Fprintln(w)
	}
}

func writeShippedCosts(w io.Writer, costs map[cell][]cost) {
	fmt.Fprintf(w, "\nIn process, CPU time, allocations and bytes per request:\n\n| store |")
	columns := slices.DeleteFunc(slices.Clone(shippedCases), func(c shippedCase) bool {
		return !slices.ContainsFunc(shippedStores, func(s shippedStore) bool { return costs[cell{s.key, c.name}] != nil })
	})
	for _, c := range columns {
		fmt.Fprintf(w, " %s |", c.title)
	}
	fmt.Fprintf(w, "\n|---|%s\n", strings.Repeat("---|", len(columns)))
	for _, store := range shippedStores {
		fmt.Fprintf(w, "| (%s) %s |", store.key, store.title)
		for _, c := range columns {
			fmt.Fprintf(w, " %s |", costText(costs[cell{store.key, c.name}]))
		}
		fmt.Fprintln(w)
	}
}

func costText(list []cost) string {
	if list == nil {
		return "–"
	}
	return short(median(list, func(k cost) float64 { return k.ns })) + ", " +
		thousands(median(list, func(k cost) float64 { return k.allocs })) + ", " +
		thousands(median(list, func(k cost) float64 { return k.bytes }))
}
