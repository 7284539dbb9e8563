package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/utils/clock"
	clusterinformers "open-cluster-management.io/api/client/cluster/informers/externalversions"
	clusterv1 "open-cluster-management.io/api/cluster/v1"
	clusterv1alpha1 "open-cluster-management.io/api/cluster/v1alpha1"
	clusterv1beta1 "open-cluster-management.io/api/cluster/v1beta1"
	clusterv1beta2 "open-cluster-management.io/api/cluster/v1beta2"
	"open-cluster-management.io/ocm/pkg/placement/controllers/metrics"
	"open-cluster-management.io/ocm/pkg/placement/controllers/scheduling"
	testinghelpers "open-cluster-management.io/ocm/pkg/placement/helpers/testing"
	clustersdkv1beta2 "open-cluster-management.io/sdk-go/pkg/apis/cluster/v1beta2"
)

// fleet is the first line: what informers would hold.
type fleet struct {
	Clusters  []*clusterv1.ManagedCluster            `json:"clusters"`
	Sets      []*clusterv1beta2.ManagedClusterSet    `json:"sets"`
	Scores    []*clusterv1alpha1.AddOnPlacementScore `json:"scores"`
	Decisions []*clusterv1beta1.PlacementDecision    `json:"decisions"`
}

// request asks for every placement to be scheduled, each so many times.
type request struct {
	ID         string                      `json:"id"`
	Placements []*clusterv1beta1.Placement `json:"placements"`
	WarmUp     int                         `json:"warmUp"`
	Runs       int                         `json:"runs"`
}

type decided struct {
	ID        string   `json:"id"`
	Placement string   `json:"placement"`
	Selected  []string `json:"selected"`
	Problem   string   `json:"problem,omitempty"`
	// Milliseconds of each run, which finds the clusters of the sets and schedules: elapsed, and of all processors.
	Elapsed []float64 `json:"elapsed"`
	CPU     []float64 `json:"cpu"`
}

type answered struct {
	ID string `json:"id"`
	usage
}

func answerRequests(ctx context.Context) error {
	out := printer()
	var informers clusterinformers.SharedInformerFactory
	return eachLine(func(line []byte) error {
		if informers == nil {
			var given fleet
			if err := json.Unmarshal(line, &given); err != nil {
				return err
			}
			informers = informersOf(given)
			return nil
		}
		var asked request
		if err := json.Unmarshal(line, &asked); err != nil {
			return err
		}
		for _, placement := range asked.Placements {
			answer, err := scheduleOne(ctx, placement, asked, informers)
			if err != nil {
				return err
			}
			if err := out.Encode(answer); err != nil {
				return err
			}
		}
		return out.Encode(answered{asked.ID, used()})
	})
}

func informersOf(given fleet) clusterinformers.SharedInformerFactory {
	var objects []runtime.Object
	for _, cluster := range given.Clusters {
		objects = append(objects, cluster)
	}
	for _, set := range given.Sets {
		objects = append(objects, set)
	}
	for _, score := range given.Scores {
		objects = append(objects, score)
	}
	for _, decision := range given.Decisions {
		objects = append(objects, decision)
	}
	return testinghelpers.NewClusterInformerFactory(nil, objects...)
}

func scheduleOne(
	ctx context.Context,
	placement *clusterv1beta1.Placement,
	asked request,
	informers clusterinformers.SharedInformerFactory,
) (*decided, error) {
	cluster := informers.Cluster()
	clusters := cluster.V1().ManagedClusters().Lister()
	scheduler := scheduling.NewPluginScheduler(scheduling.NewSchedulerHandler(
		nil,
		cluster.V1beta1().PlacementDecisions().Lister(),
		cluster.V1alpha1().AddOnPlacementScores().Lister(),
		clusters,
		nil,
		metrics.NewScheduleMetrics(clock.RealClock{}),
	))
	answer := &decided{ID: asked.ID, Placement: placement.Name}
	for run := -asked.WarmUp; run < asked.Runs; run++ {
		started, before := time.Now(), cpuSeconds()
		available, err := availableClusters(placement.Spec.ClusterSets, informers)
		if err != nil {
			return nil, err
		}
		result, status := scheduler.Schedule(ctx, placement, available)
		if run >= 0 {
			answer.Elapsed = append(answer.Elapsed, float64(time.Since(started).Nanoseconds())/1e6)
			answer.CPU = append(answer.CPU, (cpuSeconds()-before)*1e3)
		}
		if status.IsError() {
			answer.Problem = fmt.Sprintf("%s:%s", status.Plugin(), status.Message())
		}
		answer.Selected = []string{}
		for _, one := range result.Decisions() {
			answer.Selected = append(answer.Selected, one.Name)
		}
	}
	return answer, nil
}

// availableClusters does what upstream's controller does before it schedules: the members of the sets, in no order,
// without those that are being deleted.
func availableClusters(
	sets []string,
	informers clusterinformers.SharedInformerFactory,
) ([]*clusterv1.ManagedCluster, error) {
	members := map[string]*clusterv1.ManagedCluster{}
	for _, name := range sets {
		set, err := informers.Cluster().V1beta2().ManagedClusterSets().Lister().Get(name)
		if err != nil {
			return nil, err
		}
		found, err := clustersdkv1beta2.GetClustersFromClusterSet(set, informers.Cluster().V1().ManagedClusters().Lister())
		if err != nil {
			return nil, err
		}
		for _, one := range found {
			if one.DeletionTimestamp.IsZero() {
				members[one.Name] = one
			}
		}
	}
	var all []*clusterv1.ManagedCluster
	for _, one := range members {
		all = append(all, one)
	}
	return all, nil
}
