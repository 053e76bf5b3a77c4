package build

import (
	"bufio"
	"fmt"
	"strings"
	"time"

	"github.com/magefile/mage/sh"
)

// Fuzz runs every fuzz target for the given time, one after the other.
func Fuzz(each time.Duration) error {
	listing, err := sh.Output("go", "test", "-list=^Fuzz", "./...")
	if err != nil {
		return err
	}
	targets := fuzzTargets(listing)
	if len(targets) == 0 {
		return fmt.Errorf("go test lists no fuzz target:\n%s", listing)
	}
	for _, t := range targets {
		fmt.Printf("%s of %s\n", t.name, t.pkg)
		err := sh.RunV("go", "test", "-run=^$", "-fuzz=^"+t.name+"$", "-fuzztime="+each.String(), t.pkg)
		if err != nil {
			return err
		}
	}
	return nil
}

type fuzzTarget struct{ name, pkg string }

// fuzzTargets reads the output of "go test -list": the names of a package's
// targets, a line each, then a line "ok PACKAGE TIME".
func fuzzTargets(listing string) []fuzzTarget {
	var all []fuzzTarget
	var names []string
	for lines := bufio.NewScanner(strings.NewReader(listing)); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		switch {
		case len(fields) == 1 && strings.HasPrefix(fields[0], "Fuzz"):
			names = append(names, fields[0])
		case len(fields) > 1 && fields[0] == "ok":
			for _, name := range names {
				all = append(all, fuzzTarget{name, fields[1]})
			}
			names = nil
		}
	}
	return all
}
