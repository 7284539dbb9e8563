package main

import (
	"context"
	"os"
	"os/exec"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
	"k8s.io/utils/ptr"
)

const electionLease = "election"

// stand is one candidate, in a process of its own; it ends when its standard input does, and gives the lease back.
func stand(config *rest.Config, namespace, name string) {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		buffer := make([]byte, 1)
		os.Stdin.Read(buffer)
		cancel()
	}()
	leaderelection.RunOrDie(ctx, leaderelection.LeaderElectionConfig{
		Lock: &resourcelock.LeaseLock{
			LeaseMeta:  metav1.ObjectMeta{Namespace: namespace, Name: electionLease},
			Client:     kubernetes.NewForConfigOrDie(config).CoordinationV1(),
			LockConfig: resourcelock.ResourceLockConfig{Identity: name},
		},
		LeaseDuration:   4 * time.Second,
		RenewDeadline:   3 * time.Second,
		RetryPeriod:     300 * time.Millisecond,
		ReleaseOnCancel: true,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(ctx context.Context) { <-ctx.Done() },
			OnStoppedLeading: func() {},
		},
	})
}

// electionSteps kills one leader and has the next one step down.
func electionSteps(e *env) error {
	candidate := func(name string) (*exec.Cmd, func() error, error) {
		program, err := os.Executable()
		if err != nil {
			return nil, nil, err
		}
		command := exec.CommandContext(e, program, "--kubeconfig", kubeconfigPath, "--candidate", name, "--namespace", e.namespace)
		input, err := command.StdinPipe()
		if err != nil {
			return nil, nil, err
		}
		return command, input.Close, command.Start()
	}
	holds := func(name string) (lease *coordinationv1.Lease, err error) {
		err = e.until(name+" leads", func() (bool, error) {
			lease, err = e.kube.CoordinationV1().Leases(e.namespace).Get(e, electionLease, metav1.GetOptions{})
			return err == nil && ptr.Deref(lease.Spec.HolderIdentity, "") == name, err
		})
		return lease, err
	}
	first, _, err := candidate("first")
	if err != nil {
		return err
	}
	defer first.Wait()
	if _, err := holds("first"); err != nil {
		return err
	}
	second, stepDown, err := candidate("second")
	if err != nil {
		return err
	}
	defer second.Wait()
	// the second stands by while the first renews
	time.Sleep(1500 * time.Millisecond)
	lease, err := holds("first")
	if err != nil {
		return err
	}
	e.tell("while the first is there", ptr.Deref(lease.Spec.LeaseTransitions, -1))
	if err := first.Process.Kill(); err != nil {
		return err
	}
	if lease, err = holds("second"); err != nil {
		return err
	}
	e.tell("after it was killed", ptr.Deref(lease.Spec.LeaseTransitions, -1))
	third, leave, err := candidate("third")
	if err != nil {
		return err
	}
	defer third.Wait()
	defer leave()
	if err := stepDown(); err != nil {
		return err
	}
	if lease, err = holds("third"); err != nil {
		return err
	}
	e.tell("after the second stepped down", ptr.Deref(lease.Spec.LeaseTransitions, -1))
	return nil
}
