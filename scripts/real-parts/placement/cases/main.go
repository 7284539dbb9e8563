// Upstream's placement controller over the cases of a conformance suite:
//
//	upstream-cases    reads {"id", "input"}, one JSON object a line; answers {"id", "output"} likewise
//
// Nothing is defaulted here: objects come as an API server would have stored them.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/klog/v2"
)

type testCase struct {
	ID    string `json:"id"`
	Input input  `json:"input"`
}

type answer struct {
	ID     string `json:"id"`
	Output any    `json:"output"`
}

func main() {
	klog.SetLogger(logr.Discard())
	if err := answerAll(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func answerAll(ctx context.Context) error {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<30)
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for lines.Scan() {
		var of testCase
		if err := json.Unmarshal(lines.Bytes(), &of); err != nil {
			return fmt.Errorf("a case cannot be read: %w", err)
		}
		output, err := settle(ctx, of.Input)
		if err != nil {
			return fmt.Errorf("%s: %w", of.ID, err)
		}
		if err := out.Encode(answer{of.ID, output}); err != nil {
			return err
		}
	}
	return lines.Err()
}

// usualNow is the clock of cases that name none.
var usualNow = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
