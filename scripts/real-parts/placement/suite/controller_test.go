// Package placement is upstream's integration suite of the placement controller, with a controller of another process
// in the Go one's place. The suite itself comes from the Go module cache when this is built
// (scripts/real-parts/placement-suite.mjs); only how a controller is started is ours.
package placement

import (
	"context"
	"embed"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/onsi/ginkgo/v2"
	_ "github.com/onsi/gomega"
	"github.com/openshift/library-go/pkg/controller/controllercmd"
	_ "open-cluster-management.io/ocm/pkg/placement/helpers/testing"
	_ "sigs.k8s.io/controller-runtime/pkg/envtest"

	controllers "open-cluster-management.io/ocm/pkg/placement/controllers"
	"open-cluster-management.io/ocm/test/integration/util"
)

// The definitions the suite installs, from the module cache too.
//
//go:embed crds
var crds embed.FS

// The suite reads them from files.
func init() {
	for at, path := range CRDPaths {
		name := "crds/" + filepath.Base(path)
		text, err := crds.ReadFile(name)
		if err == nil {
			err = os.MkdirAll("crds", 0o755)
		}
		if err == nil {
			err = os.WriteFile(name, text, 0o644)
		}
		if err != nil {
			panic(err)
		}
		CRDPaths[at] = name
	}
}

// startController runs the shell command in $PLACEMENT_CONTROLLER, with $KUBECONFIG, until the context ends; without
// one upstream's own controller.
func startController(ctx context.Context) {
	command := os.Getenv("PLACEMENT_CONTROLLER")
	if command == "" {
		_ = controllers.RunControllerManager(ctx, &controllercmd.ControllerContext{
			KubeConfig:    restConfig,
			EventRecorder: util.NewIntegrationTestEventRecorder("integration"),
		})
		return
	}
	kubeconfig, err := filepath.Abs("kubeconfig")
	if err == nil {
		err = os.WriteFile(kubeconfig, testEnv.KubeConfig, 0o600)
	}
	if err != nil {
		panic(err)
	}
	run := exec.CommandContext(ctx, "/bin/sh", "-c", command)
	run.Env = append(os.Environ(), "KUBECONFIG="+kubeconfig)
	run.Stdout, run.Stderr = ginkgo.GinkgoWriter, ginkgo.GinkgoWriter
	run.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	run.Cancel = func() error { return syscall.Kill(-run.Process.Pid, syscall.SIGTERM) }
	run.WaitDelay = 5 * time.Second
	_ = run.Run()
}
