package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// report has all measurements.
type report struct {
	settings
	cells     []cell
	http      map[cell][]throughput
	inProcess map[cell][]cost
}

// write prints the tables.
func (r report) write(out io.Writer, took time.Duration) error {
	w := bufio.NewWriter(out)
	if r.http != nil {
		fmt.Fprintf(w, "Over HTTP, requests per second (ratio to (%s)), server and load on a core each, %d connections:\n\n", unvalidated, connections)
		r.table(w, r.rate)
		fmt.Fprintf(w, "\nOver HTTP, latency p50 / p99:\n\n")
		r.table(w, r.latency)
		if !slices.ContainsFunc(r.cells, func(c cell) bool { return r.busy(c) == 0 }) {
			fmt.Fprintf(w, "\nOver HTTP, the server's CPU time per request, kernel included (ratio to (%s)):\n\n", unvalidated)
			r.table(w, r.cpu)
			r.idle(w)
		}
	}
	if r.inProcess != nil {
		fmt.Fprintf(w, "\nIn process, CPU time per request (ratio to (%s)):\n\n", unvalidated)
		r.table(w, r.time)
		fmt.Fprintf(w, "\nIn process, allocations per request, bytes:\n\n")
		r.table(w, r.allocations)
	}
	fmt.Fprintf(w, "\nA ratio above 1 is faster than (%s). Medians of %d rounds of %v each; the run took %v.\n",
		unvalidated, r.rounds, r.duration, took.Round(time.Second))
	fmt.Fprintf(w, "%s\n", machine())
	return w.Flush()
}

// table prints one table, with a row for each server and a column for each case.
func (r report) table(w io.Writer, field func(cell) string) {
	columns := slices.DeleteFunc(slices.Clone(cases), func(c benchCase) bool {
		return !slices.ContainsFunc(r.cells, func(x cell) bool { return x.bench == c.name })
	})
	fmt.Fprint(w, "| server |")
	for _, c := range columns {
		fmt.Fprintf(w, " %s |", c.title)
	}
	fmt.Fprintf(w, "\n|---|%s\n", strings.Repeat("---|", len(columns)))
	for _, v := range variants {
		if !slices.ContainsFunc(r.cells, func(x cell) bool { return x.variant == v.key }) {
			continue
		}
		fmt.Fprintf(w, "| (%s) %s |", v.key, v.title)
		for _, c := range columns {
			text := "–"
			if x := (cell{v.key, c.name}); slices.Contains(r.cells, x) {
				text = field(x)
			}
			fmt.Fprintf(w, " %s |", text)
		}
		fmt.Fprintln(w)
	}
}

func (r report) rate(c cell) string {
	perSecond := func(t throughput) float64 { return t.perSecond }
	return thousands(median(r.http[c], perSecond)) + ratio(r.http[c], r.http[cell{unvalidated, c.bench}], perSecond)
}

func (r report) latency(c cell) string {
	p50 := median(r.http[c], func(t throughput) float64 { return float64(t.p50) })
	p99 := median(r.http[c], func(t throughput) float64 { return float64(t.p99) })
	return short(p50) + " / " + short(p99)
}

func (r report) time(c cell) string {
	frequency := func(k cost) float64 { return 1 / k.ns }
	return short(median(r.inProcess[c], func(k cost) float64 { return k.ns })) + ratio(r.inProcess[c], r.inProcess[cell{unvalidated, c.bench}], frequency)
}

func (r report) allocations(c cell) string {
	allocs := median(r.inProcess[c], func(k cost) float64 { return k.allocs })
	bytes := median(r.inProcess[c], func(k cost) float64 { return k.bytes })
	return thousands(allocs) + ", " + thousands(bytes)
}

func (r report) cpu(c cell) string {
	frequency := func(t throughput) float64 { return 1 / t.cpu() }
	return short(median(r.http[c], throughput.cpu)) + ratio(r.http[c], r.http[cell{unvalidated, c.bench}], frequency)
}

func (r report) busy(c cell) float64 {
	return median(r.http[c], func(t throughput) float64 { return t.busy })
}

// idle lists the cells whose server did not have all of its core, so that their figures are too low.
func (r report) idle(w io.Writer) {
	var slack []string
	least := 1.0
	for _, c := range r.cells {
		busy := r.busy(c)
		least = min(least, busy)
		if busy < 0.9 {
			slack = append(slack, fmt.Sprintf("%s/%s %.0f %%", c.variant, c.bench, 100*busy))
		}
	}
	if len(slack) == 0 {
		fmt.Fprintf(w, "\nEvery server was on its core for at least %.0f %% of the time.\n", 100*least)
		return
	}
	fmt.Fprintf(w, "\nA server that is on its core for less than 90 %% of the time waits for the load generator, or for other processes"+
		" on the machine, and could do more: %s.\n", strings.Join(slack, ", "))
}

// ratio returns the median of the ratios of each round, in parentheses, or nothing without a figure to compare with.
func ratio[T any](of, to []T, figure func(T) float64) string {
	if len(to) == 0 {
		return ""
	}
	ratios := make([]float64, len(of))
	for i := range of {
		ratios[i] = figure(of[i]) / figure(to[i])
	}
	return fmt.Sprintf(" (%.2f)", median(ratios, func(f float64) float64 { return f }))
}

func median[T any](list []T, figure func(T) float64) float64 {
	figures := make([]float64, len(list))
	for i, x := range list {
		figures[i] = figure(x)
	}
	slices.Sort(figures)
	n := len(figures)
	return (figures[(n-1)/2] + figures[n/2]) / 2
}

// thousands formats a whole number with commas.
func thousands(f float64) string {
	s := fmt.Sprintf("%.0f", f)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// short formats nanoseconds with about three digits.
func short(ns float64) string {
	switch {
	case ns < 1e3:
		return fmt.Sprintf("%.0f ns", ns)
	case ns < 1e5:
		return fmt.Sprintf("%.2f µs", ns/1e3)
	case ns < 1e6:
		return fmt.Sprintf("%.0f µs", ns/1e3)
	}
	return fmt.Sprintf("%.2f ms", ns/1e6)
}

// peers are the modules whose versions are printed beside the figures.
var peers = []string{
	"github.com/labstack/echo/v4", "github.com/oapi-codegen/runtime", "github.com/oapi-codegen/echo-middleware",
	"github.com/getkin/kin-openapi",
}

// machine describes the machine and the versions.
func machine() string {
	parts := []string{strings.TrimPrefix(runtime.Version(), "go"), runtime.GOOS + "/" + runtime.GOARCH, fmt.Sprintf("%d cores", runtime.NumCPU())}
	parts[0] = "Go " + parts[0]
	if model := cpuModel(); model != "" {
		parts = append(parts, model)
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if slices.Contains(peers, m.Path) {
				parts = append(parts, strings.TrimPrefix(m.Path, "github.com/")+" "+m.Version)
			}
		}
	}
	return strings.Join(parts, ", ") + "."
}

func cpuModel() string {
	info, _ := os.ReadFile("/proc/cpuinfo") // absent elsewhere than on Linux
	for line := range strings.Lines(string(info)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
