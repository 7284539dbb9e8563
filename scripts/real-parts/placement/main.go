// Upstream's placement scheduler and controller as they are, for bench/placement.ts:
//
//	upstream-placement schedule            reads a fleet, then requests, one JSON object a line; answers likewise
//	upstream-placement control KUBECONFIG  runs the controller until it is told to stop; answers each line of standard
//	                                       input with how often it has scheduled, and the processor time and memory used
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"

	"github.com/go-logr/logr"
	"k8s.io/klog/v2"
)

func main() {
	// What upstream logs costs time that is not scheduling.
	klog.SetLogger(logr.Discard())
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	var err error
	switch {
	case len(os.Args) == 2 && os.Args[1] == "schedule":
		err = answerRequests(ctx)
	case len(os.Args) == 3 && os.Args[1] == "control":
		err = control(ctx, os.Args[2])
	default:
		err = fmt.Errorf("usage: upstream-placement schedule | control KUBECONFIG")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// usage is what the process has used so far.
type usage struct {
	CPUSeconds float64 `json:"cpuSeconds"`
	RssMB      float64 `json:"rssMB"`
	Version    string  `json:"version"`
}

func used() usage {
	return usage{cpuSeconds(), residentMB(), version()}
}

func cpuSeconds() float64 {
	var of syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &of)
	seconds := func(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
	return seconds(of.Utime) + seconds(of.Stime)
}

func residentMB() float64 {
	text, err := os.ReadFile("/proc/self/statm")
	fields := strings.Fields(string(text))
	if err != nil || len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.ParseFloat(fields[1], 64)
	return pages * float64(os.Getpagesize()) / 1e6
}

func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, module := range info.Deps {
		if module.Path == "open-cluster-management.io/ocm" {
			return module.Path + " " + module.Version
		}
	}
	return ""
}

// eachLine calls on for every line of standard input.
func eachLine(on func(line []byte) error) error {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<30)
	for lines.Scan() {
		if err := on(lines.Bytes()); err != nil {
			return err
		}
	}
	return lines.Err()
}

func printer() *json.Encoder {
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	return out
}
