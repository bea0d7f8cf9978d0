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
		h.writeBaseline(w, s)
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
func (h *shippedHTTP) title(name string) string {
	for _, v := range variants {
		if v.key == name {
			return fmt.Sprintf("(%s) %s", v.key, v.title)
		}
	}
	for _, s := range h.servers {
		if s.name() != name {
			continue
		}
		title := fmt.Sprintf("(%s) %s, GOMAXPROCS=%d", name, s.title, s.procs)
		if s.baseline {
			title += ", baseline"
		}
		return title
	}
	return name
}

// columns are the cases that were measured.
func (h *shippedHTTP) columns() []shippedCase {
	return slices.DeleteFunc(slices.Clone(shippedCases), func(c shippedCase) bool {
		for x := range h.cases {
			if x.bench == c.name {
				return false
			}
		}
		return true
	})
}

// writeCases prints the requests per second of all cases, and the servers' CPU time, which other load on the machine affects
// less.
func (h *shippedHTTP) writeCases(w io.Writer) {
	columns := h.columns()
	if len(columns) == 0 {
		return
	}
	fmt.Fprintf(w, "Over HTTP, requests per second (ratio to (%s); get to its update), server and load on a core each, %d connections:\n\n", unvalidated, connections)
	h.table(w, columns, h.names(), func(server, bench string) string {
		got, reference := h.cases[cell{server, bench}], h.cases[cell{unvalidated, bench}]
		return thousands(median(got, perSecond)) + ratio(got, reference, perSecond)
	})
	fmt.Fprintf(w, "\nOver HTTP, the server's CPU time per request, kernel included (ratio to (%s)):\n\n", unvalidated)
	h.table(w, columns, h.names(), func(server, bench string) string {
		got, reference := h.cases[cell{server, bench}], h.cases[cell{unvalidated, bench}]
		frequency := func(t throughput) float64 { return 1 / t.cpu() }
		return short(median(got, throughput.cpu)) + ratio(got, reference, frequency)
	})
}

func perSecond(t throughput) float64 { return t.perSecond }

// writeBaseline prints the ratios to the other version of the command.
func (h *shippedHTTP) writeBaseline(w io.Writer, s settings) {
	columns := h.columns()
	if s.baseline == "" || len(columns) == 0 {
		return
	}
	var servers []string
	for _, server := range h.servers {
		if !server.baseline {
			servers = append(servers, server.name())
		}
	}
	fmt.Fprint(w, "\nOver HTTP, requests per second as a ratio to the baseline:\n\n")
	h.table(w, columns, servers, func(server, bench string) string {
		return strings.Trim(ratio(h.cases[cell{server, bench}], h.cases[cell{baselineOf(server), bench}], perSecond), " ()")
	})
}

func (h *shippedHTTP) table(w io.Writer, columns []shippedCase, servers []string, field func(server, bench string) string) {
	fmt.Fprint(w, "| server |")
	for _, c := range columns {
		fmt.Fprintf(w, " %s |", c.title)
	}
	fmt.Fprintf(w, "\n|---|%s\n", strings.Repeat("---|", len(columns)))
	for _, server := range servers {
		fmt.Fprintf(w, "| %s |", h.title(server))
		for _, c := range columns {
			text := "–"
			if h.cases[cell{server, c.name}] != nil {
				text = field(server, c.name)
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
	fmt.Fprintf(w, "\nOver HTTP, mixed, requests per second: %d connections list 25, and %d update at the same time (ratio to the baseline, if any):\n\n",
		connections/2, connections/2)
	fmt.Fprint(w, "| server | list 25 | update, same names |\n|---|---|---|\n")
	for _, s := range h.servers {
		if h.mixed[cell{s.name(), "list25"}] != nil {
			fmt.Fprintf(w, "| %s | %s | %s |\n", h.title(s.name()),
				h.rate(h.mixed, s.name(), "list25"), h.rate(h.mixed, s.name(), "update"))
		}
	}
}

func (h *shippedHTTP) rate(of map[cell][]throughput, server, bench string) string {
	got := of[cell{server, bench}]
	return thousands(median(got, perSecond)) + ratio(got, of[cell{baselineOf(server), bench}], perSecond)
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
	for _, s := range h.servers {
		if !s.file || h.durable[cell{s.name(), "1"}] == nil {
			continue
		}
		fmt.Fprintf(w, "| %s |", h.title(s.name()))
		for _, callers := range durableCallers {
			perSecond := median(h.durable[cell{s.name(), fmt.Sprint(callers)}], perSecond)
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
