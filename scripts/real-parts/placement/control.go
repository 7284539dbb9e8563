package main

import (
	"context"

	"github.com/openshift/library-go/pkg/controller/controllercmd"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/component-base/metrics/legacyregistry"
	controllers "open-cluster-management.io/ocm/pkg/placement/controllers"
	"open-cluster-management.io/ocm/pkg/placement/controllers/metrics"
)

type running struct {
	Scheduled uint64 `json:"scheduled"`
	usage
}

func control(ctx context.Context, kubeconfig string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	// What upstream's own benchmark has: envtest's limits, far above those of a deployed controller (50 and 100).
	config.QPS, config.Burst = 1000, 2000
	go func() {
		out := printer()
		_ = eachLine(func([]byte) error { return out.Encode(running{scheduled(), used()}) })
	}()
	return controllers.RunControllerManager(ctx, &controllercmd.ControllerContext{KubeConfig: config})
}

// scheduled counts the passes of upstream's scheduler, by the histogram it keeps itself.
func scheduled() uint64 {
	families, err := legacyregistry.DefaultGatherer.Gather()
	if err != nil {
		return 0
	}
	name := metrics.SchedulingSubsystem + "_" + metrics.SchedulingDurationKey
	var count uint64
	for _, family := range families {
		if family.GetName() != name {
			continue
		}
		for _, metric := range family.GetMetric() {
			count += metric.GetHistogram().GetSampleCount()
		}
	}
	return count
}
