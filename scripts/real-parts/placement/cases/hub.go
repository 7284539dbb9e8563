package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	clienttesting "k8s.io/client-go/testing"
	"k8s.io/utils/clock"
	clusterfake "open-cluster-management.io/api/client/cluster/clientset/versioned/fake"
	clusterinformers "open-cluster-management.io/api/client/cluster/informers/externalversions"
	clusterv1 "open-cluster-management.io/api/cluster/v1"
	clusterv1alpha1 "open-cluster-management.io/api/cluster/v1alpha1"
	clusterv1beta1 "open-cluster-management.io/api/cluster/v1beta1"
	clusterv1beta2 "open-cluster-management.io/api/cluster/v1beta2"
	"open-cluster-management.io/ocm/pkg/placement/controllers/framework"
	"open-cluster-management.io/ocm/pkg/placement/controllers/metrics"
	"open-cluster-management.io/ocm/pkg/placement/controllers/scheduling"
	"open-cluster-management.io/sdk-go/pkg/basecontroller/factory"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// hub is an API server in memory, what informers hold of it, and upstream's controller over both.
type hub struct {
	client     *clusterfake.Clientset
	informers  clusterinformers.SharedInformerFactory
	controller factory.Controller
	scheduler  *listening
}

// listening keeps what upstream's scheduler said last, which its controller does not tell.
type listening struct {
	scheduling.Scheduler
	result scheduling.ScheduleResult
	status *framework.Status
}

func (l *listening) Schedule(
	ctx context.Context,
	placement *clusterv1beta1.Placement,
	clusters []*clusterv1.ManagedCluster,
) (scheduling.ScheduleResult, *framework.Status) {
	l.result, l.status = l.Scheduler.Schedule(ctx, placement, clusters)
	return l.result, l.status
}

// mute takes events and forgets them.
type mute struct{}

func (mute) Eventf(runtime.Object, runtime.Object, string, string, string, string, ...interface{}) {}

func newHub(ctx context.Context, of input) *hub {
	client := clusterfake.NewSimpleClientset()
	client.PrependReactor("create", "placementdecisions", withoutStatus(client))
	informers := clusterinformers.NewSharedInformerFactory(client, time.Hour)
	h := &hub{client: client, informers: informers}
	for _, object := range of.all() {
		_ = client.Tracker().Add(object)
	}
	recorder := metrics.NewScheduleMetrics(clock.RealClock{})
	cluster := informers.Cluster()
	h.scheduler = &listening{Scheduler: scheduling.NewPluginScheduler(scheduling.NewSchedulerHandler(
		client,
		cluster.V1beta1().PlacementDecisions().Lister(),
		cluster.V1alpha1().AddOnPlacementScores().Lister(),
		cluster.V1().ManagedClusters().Lister(),
		mute{},
		recorder,
	))}
	h.controller = scheduling.NewSchedulingController(
		ctx,
		client,
		cluster.V1().ManagedClusters(),
		cluster.V1beta2().ManagedClusterSets(),
		cluster.V1beta2().ManagedClusterSetBindings(),
		cluster.V1beta1().Placements(),
		cluster.V1beta1().PlacementDecisions(),
		cluster.V1alpha1().AddOnPlacementScores(),
		h.scheduler,
		mute{},
		recorder,
	)
	for _, object := range of.all() {
		h.hold(object)
	}
	return h
}

// withoutStatus does what an API server does: an object is created without its status.
func withoutStatus(client *clusterfake.Clientset) clienttesting.ReactionFunc {
	return func(action clienttesting.Action) (bool, runtime.Object, error) {
		create := action.(clienttesting.CreateAction)
		decision := create.GetObject().(*clusterv1beta1.PlacementDecision).DeepCopy()
		decision.Status = clusterv1beta1.PlacementDecisionStatus{}
		decision.UID = types.UID(decision.Namespace + "/" + decision.Name)
		err := client.Tracker().Create(create.GetResource(), decision, decision.Namespace)
		return true, decision, err
	}
}

// hold puts an object where its informer would.
func (h *hub) hold(object runtime.Object) {
	cluster := h.informers.Cluster()
	switch object.(type) {
	case *clusterv1.ManagedCluster:
		_ = cluster.V1().ManagedClusters().Informer().GetStore().Add(object)
	case *clusterv1beta2.ManagedClusterSet:
		_ = cluster.V1beta2().ManagedClusterSets().Informer().GetStore().Add(object)
	case *clusterv1beta2.ManagedClusterSetBinding:
		_ = cluster.V1beta2().ManagedClusterSetBindings().Informer().GetStore().Add(object)
	case *clusterv1beta1.Placement:
		_ = cluster.V1beta1().Placements().Informer().GetStore().Add(object)
	case *clusterv1beta1.PlacementDecision:
		_ = cluster.V1beta1().PlacementDecisions().Informer().GetStore().Add(object)
	case *clusterv1alpha1.AddOnPlacementScore:
		_ = cluster.V1alpha1().AddOnPlacementScores().Informer().GetStore().Add(object)
	}
}

// follow lets informers see what the controller has written.
func (h *hub) follow(ctx context.Context) error {
	beta := h.client.ClusterV1beta1()
	placements, err := beta.Placements(metav1.NamespaceAll).List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	decisions, err := h.decisions(ctx)
	if err != nil {
		return err
	}
	for i := range placements.Items {
		h.hold(&placements.Items[i])
	}
	store := h.informers.Cluster().V1beta1().PlacementDecisions().Informer().GetStore()
	var held []interface{}
	for i := range decisions {
		held = append(held, &decisions[i])
	}
	return store.Replace(held, "")
}

func (h *hub) decisions(ctx context.Context) ([]clusterv1beta1.PlacementDecision, error) {
	list, err := h.client.ClusterV1beta1().PlacementDecisions(metav1.NamespaceAll).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	return list.Items, nil
}

// reconcile runs the controller for one placement.
func (h *hub) reconcile(ctx context.Context, key string) (said *outcome) {
	said = &outcome{}
	defer func() {
		if of := recover(); of != nil {
			said.Panic = fmt.Sprint(of)
		}
	}()
	h.scheduler.result, h.scheduler.status = nil, nil
	// Once it has scheduled, an error is upstream's way to be called again, which a change does here.
	if err := h.controller.Sync(ctx, factory.NewSyncContext("cases"), key); err != nil && h.scheduler.result == nil {
		said.Error = err.Error()
	}
	return said
}

// written is everything the controller may have changed, as text.
func (h *hub) written(ctx context.Context, namespace, name string) (string, error) {
	placement, err := h.client.ClusterV1beta1().Placements(namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return "", err
	}
	decisions, err := h.client.ClusterV1beta1().PlacementDecisions(namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return "", err
	}
	text, err := json.Marshal([]any{placement.Status, decisions.Items})
	return string(text), err
}
