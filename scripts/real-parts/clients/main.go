// Command kube-clients uses an API server as programs of Kubernetes do, through client-go and controller-runtime, and
// prints what it finds: one line of JSON a scenario, with facts that any two API servers must have in common.
//
//	kube-clients --kubeconfig FILE [scenario…]   runs these, or all
//	kube-clients --list                          names them
//
// A scenario that needs the server restarted prints {"ask":"restart"} and waits for a line on standard input.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
)

// facts are told by name; what two runs cannot have in common (uids, times, versions) is not among them.
type facts map[string]any

// env is what a scenario works with, and where it tells what it found.
type env struct {
	context.Context
	config    *rest.Config
	kube      kubernetes.Interface
	dynamic   dynamic.Interface
	namespace string
	facts     facts
	restart   func() error
}

func (e *env) tell(name string, value any) { e.facts[name] = value }

type scenario struct {
	name string
	run  func(*env) error
}

var scenarios = []scenario{
	{"discovery", discoverySteps},
	{"typed clients", typedSteps},
	{"token requests", tokenSteps},
	{"protobuf", protobufSteps},
	{"errors", errorSteps},
	{"retries on conflict", conflictSteps},
	{"paging", pagingSteps},
	{"selectors", selectorSteps},
	{"tables", tableSteps},
	{"patches", patchSteps},
	{"server-side apply", applySteps},
	{"finalizers", finalizerSteps},
	{"owners", ownerSteps},
	{"status and scale", statusSteps},
	{"dynamic client", dynamicSteps},
	{"metadata client", metadataSteps},
	{"watch", watchSteps},
	{"informer", informerSteps},
	{"informer over a cut connection", cutSteps},
	{"informer over a restart", restartSteps},
	{"informer whose version expired", expiredSteps},
	{"leader election", electionSteps},
	{"controller-runtime", managerSteps},
}

// kubeconfigPath is told to candidates of the election, which are processes of their own.
var kubeconfigPath string

func main() {
	// a set of its own: controller-runtime has taken the name --kubeconfig in the usual one
	flags := flag.NewFlagSet("kube-clients", flag.ExitOnError)
	flags.StringVar(&kubeconfigPath, "kubeconfig", "", "the way to the API server")
	list := flags.Bool("list", false, "name the scenarios")
	candidate := flags.String("candidate", "", "stand for election under this name, and nothing else")
	namespace := flags.String("namespace", "", "of the election")
	flags.Parse(os.Args[1:])
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)
	ctrl.SetLogger(logr.Discard())
	if *list {
		for _, scenario := range scenarios {
			fmt.Println(scenario.name)
		}
		return
	}
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfigPath)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	config.QPS = -1
	if *candidate != "" {
		stand(config, *namespace, *candidate)
		return
	}
	runAll(config, flags.Args())
}

func runAll(config *rest.Config, names []string) {
	kube := kubernetes.NewForConfigOrDie(config)
	base := env{
		Context: context.Background(),
		config:  config,
		kube:    kube,
		dynamic: dynamic.NewForConfigOrDie(config),
		restart: restarter(bufio.NewReader(os.Stdin)),
	}
	if err := defineGreetings(&base); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for _, scenario := range scenarios {
		if len(names) == 0 || slices.Contains(names, scenario.name) {
			print(base.play(scenario))
		}
	}
}

// outcome is a line of the output.
type outcome struct {
	Scenario string `json:"scenario"`
	Facts    facts  `json:"facts"`
	Error    string `json:"error,omitempty"`
	Millis   int64  `json:"millis"`
}

func (e env) play(scenario scenario) (out outcome) {
	ctx, cancel := context.WithTimeout(e.Context, 60*time.Second)
	defer cancel()
	e.Context = ctx
	e.facts = facts{}
	e.namespace = "clients-" + strings.ReplaceAll(scenario.name, " ", "-")
	out = outcome{Scenario: scenario.name, Facts: e.facts}
	started := time.Now()
	defer func() {
		if bug := recover(); bug != nil {
			out.Error = fmt.Sprint(bug)
		}
		out.Millis = time.Since(started).Milliseconds()
	}()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: e.namespace}}
	_, err := e.kube.CoreV1().Namespaces().Create(ctx, namespace, metav1.CreateOptions{})
	if err == nil {
		err = scenario.run(&e)
	}
	if err != nil {
		out.Error = err.Error()
	}
	return out
}

func print(line any) {
	text, err := json.Marshal(line)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(text))
}

// restarter asks whoever runs this program to restart the API server, and returns when told that it is back.
func restarter(answers *bufio.Reader) func() error {
	return func() error {
		print(map[string]string{"ask": "restart"})
		_, err := answers.ReadString('\n')
		return err
	}
}

// until waits for something that is going to hold.
func (e *env) until(what string, holds func() (bool, error)) error {
	var last error
	err := wait.PollUntilContextTimeout(e, 20*time.Millisecond, 25*time.Second, true,
		func(context.Context) (bool, error) {
			ok, err := holds()
			last = err
			return ok, nil
		})
	if err != nil {
		return fmt.Errorf("%s: %w (last: %v)", what, err, last)
	}
	return nil
}

// said is what a client learns from a refusal.
func said(err error) any {
	if err == nil {
		return "no error"
	}
	status, ok := err.(apierrors.APIStatus)
	if !ok {
		return err.Error()
	}
	of := status.Status()
	answer := map[string]any{"code": of.Code, "reason": of.Reason, "message": of.Message}
	if of.Details != nil {
		details := *of.Details
		details.UID = ""
		// Go tells what comes from a map in any order
		details.Causes = slices.SortedFunc(slices.Values(of.Details.Causes), func(a, b metav1.StatusCause) int {
			return strings.Compare(a.Field+a.Message, b.Field+b.Message)
		})
		answer["details"] = details
	}
	return answer
}
