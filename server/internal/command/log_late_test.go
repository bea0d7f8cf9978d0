package command

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Ensure lines of the log are written together: after a while, at once with a warning, and before they become too many.
func TestLateWriter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		late := &lateWriter{out: &out}
		log := logger(streams{err: late}, "text")
		log.Info("first")
		time.Sleep(lateBy - 1)
		synctest.Wait()
		if out.Len() > 0 {
			t.Errorf("written before %v: %s", lateBy, &out)
		}
		log.Info("second")
		time.Sleep(1 * time.Nanosecond)
		synctest.Wait()
		if got := out.String(); strings.Count(got, "\n") != 2 || !strings.Contains(got, "first") || !strings.Contains(got, "second") {
			t.Errorf("written after %v: %s, want two lines", lateBy, got)
		}
		out.Reset()
		log.Info("third")
		log.With("a", 1).WithGroup("g").Warn("fourth")
		if got := out.String(); strings.Count(got, "\n") != 2 {
			t.Errorf("written with a warning: %s, want two lines", got)
		}
		out.Reset()
		for range lateBytes/100 + 1 {
			log.Info(strings.Repeat("x", 100))
		}
		if out.Len() == 0 {
			t.Errorf("nothing is written after %d bytes", lateBytes)
		}
		late.Flush()
		if got := strings.Count(out.String(), "\n"); got != lateBytes/100+1 {
			t.Errorf("%d lines are written, want %d", got, lateBytes/100+1)
		}
		late.Flush()
	})
}
