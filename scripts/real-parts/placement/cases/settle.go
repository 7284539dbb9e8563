package main

import (
	"context"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/cache"
	clocktesting "k8s.io/utils/clock/testing"
	clusterv1 "open-cluster-management.io/api/cluster/v1"
	clusterv1alpha1 "open-cluster-management.io/api/cluster/v1alpha1"
	clusterv1beta1 "open-cluster-management.io/api/cluster/v1beta1"
	clusterv1beta2 "open-cluster-management.io/api/cluster/v1beta2"
	"open-cluster-management.io/ocm/pkg/placement/controllers/framework"
	"open-cluster-management.io/ocm/pkg/placement/plugins/addon"
	"open-cluster-management.io/ocm/pkg/placement/plugins/tainttoleration"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// input is a hub: lists of objects.
type input struct {
	Placements []*clusterv1beta1.Placement                `json:"placements"`
	Clusters   []*clusterv1.ManagedCluster                `json:"clusters"`
	Sets       []*clusterv1beta2.ManagedClusterSet        `json:"clusterSets"`
	Bindings   []*clusterv1beta2.ManagedClusterSetBinding `json:"clusterSetBindings"`
	Scores     []*clusterv1alpha1.AddOnPlacementScore     `json:"scores"`
	Decisions  []*clusterv1beta1.PlacementDecision        `json:"decisions"`
	Now        string                                     `json:"now"`
	Mode       string                                     `json:"mode"`
	Order      []string                                   `json:"order"`
}

func (of input) all() []runtime.Object {
	var objects []runtime.Object
	for _, object := range of.Placements {
		objects = append(objects, object)
	}
	for _, object := range of.Clusters {
		objects = append(objects, object)
	}
	for _, object := range of.Sets {
		objects = append(objects, object)
	}
	for _, object := range of.Bindings {
		objects = append(objects, object)
	}
	for _, object := range of.Scores {
		objects = append(objects, object)
	}
	for _, object := range of.Decisions {
		objects = append(objects, object)
	}
	return objects
}

func (of input) keys() []string {
	if len(of.Order) > 0 {
		return of.Order
	}
	var keys []string
	for _, placement := range of.Placements {
		keys = append(keys, placement.Namespace+"/"+placement.Name)
	}
	return keys
}

type output struct {
	Settled    bool               `json:"settled"`
	Placements map[string]outcome `json:"placements"`
}

// mostPasses of one placement; upstream never rests with a negative weight of Steady.
const mostPasses = 50

// settle reconciles the placements of a hub as its mode says.
func settle(ctx context.Context, of input) (*output, error) {
	now := usualNow
	if of.Now != "" {
		parsed, err := time.Parse(time.RFC3339, of.Now)
		if err != nil {
			return nil, err
		}
		now = parsed
	}
	still := clocktesting.NewFakeClock(now)
	tainttoleration.TolerationClock, addon.AddOnClock = still, still
	if of.Mode == "once" {
		return once(ctx, of)
	}
	h := newHub(ctx, of)
	answer := &output{Settled: true, Placements: map[string]outcome{}}
	queue := of.keys()
	for passes := 0; len(queue) > 0; passes++ {
		if passes > mostPasses*(len(of.Placements)+1) {
			answer.Settled = false
			break
		}
		key := queue[0]
		queue = queue[1:]
		changed, said, err := h.pass(ctx, key)
		if err != nil {
			return nil, err
		}
		answer.Placements[key] = *said
		if changed && of.Mode != "sequence" && !slices.Contains(queue, key) {
			queue = append(queue, key)
		}
	}
	// What a placement has is known in the end: others may have written beside it.
	for key, said := range answer.Placements {
		if err := h.tell(ctx, key, &said); err != nil {
			return nil, err
		}
		answer.Placements[key] = said
	}
	return answer, nil
}

func once(ctx context.Context, of input) (*output, error) {
	answer := &output{Settled: true, Placements: map[string]outcome{}}
	for _, key := range of.keys() {
		h := newHub(ctx, of)
		_, said, err := h.pass(ctx, key)
		if err != nil {
			return nil, err
		}
		if err := h.tell(ctx, key, said); err != nil {
			return nil, err
		}
		answer.Placements[key] = *said
	}
	return answer, nil
}

func (h *hub) pass(ctx context.Context, key string) (bool, *outcome, error) {
	namespace, name, err := cache.SplitMetaNamespaceKey(key)
	if err != nil {
		return false, nil, err
	}
	before, err := h.written(ctx, namespace, name)
	if err != nil {
		return false, nil, err
	}
	said := h.reconcile(ctx, key)
	said.listen(h.scheduler)
	after, err := h.written(ctx, namespace, name)
	if err != nil {
		return false, nil, err
	}
	return before != after, said, h.follow(ctx)
}

// outcome is what a case expects of one placement.
type outcome struct {
	Decisions  []decision                           `json:"decisions"`
	Selected   int32                                `json:"numberOfSelectedClusters"`
	Conditions []condition                          `json:"conditions"`
	Groups     []clusterv1beta1.DecisionGroupStatus `json:"decisionGroups"`
	Scores     map[string]int64                     `json:"scores"`
	Filters    map[string][]string                  `json:"filters"`
	Rankings   []ranking                            `json:"prioritizers"`
	Status     *schedulingStatus                    `json:"status,omitempty"`
	RequeueAt  *string                              `json:"requeueAt"`
	Error      string                               `json:"error,omitempty"`
	Panic      string                               `json:"panic,omitempty"`
}

type decision struct {
	Name     string            `json:"name"`
	Labels   map[string]string `json:"labels"`
	Clusters []string          `json:"clusters"`
}

type condition struct {
	Type    string                 `json:"type"`
	Status  metav1.ConditionStatus `json:"status"`
	Reason  string                 `json:"reason"`
	Message string                 `json:"message"`
}

type ranking struct {
	Name   string           `json:"name"`
	Weight int32            `json:"weight"`
	Scores map[string]int64 `json:"scores"`
}

type schedulingStatus struct {
	Code    string `json:"code"`
	Plugin  string `json:"plugin"`
	Message string `json:"message"`
}

var codes = map[framework.Code]string{
	framework.Success:       "Success",
	framework.Warning:       "Warning",
	framework.Error:         "Error",
	framework.Misconfigured: "Misconfigured",
}

func (o *outcome) listen(of *listening) {
	if of.result == nil {
		return
	}
	status := of.status
	o.Status = &schedulingStatus{codes[status.Code()], status.Plugin(), status.Message()}
	o.Scores = map[string]int64{}
	for name, score := range of.result.PrioritizerScores() {
		o.Scores[name] = score
	}
	o.Filters = map[string][]string{}
	for _, step := range of.result.FilterResults() {
		names := append([]string{}, step.FilteredClusters...)
		sort.Strings(names)
		o.Filters[step.Name] = names
	}
	o.Rankings = []ranking{}
	for _, step := range of.result.PrioritizerResults() {
		o.Rankings = append(o.Rankings, ranking{step.Name, step.Weight, step.Scores})
	}
	if after := of.result.RequeueAfter(); after != nil {
		// Upstream counts from its own clock, whatever its plugins are given.
		at := time.Now().Add(*after).Round(time.Second).UTC().Format(time.RFC3339)
		o.RequeueAt = &at
	}
}

// tell adds what is on the hub.
func (h *hub) tell(ctx context.Context, key string, said *outcome) error {
	namespace, name, _ := cache.SplitMetaNamespaceKey(key)
	placement, err := h.client.ClusterV1beta1().Placements(namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	said.Selected = placement.Status.NumberOfSelectedClusters
	said.Groups = placement.Status.DecisionGroups
	said.Conditions = []condition{}
	for _, of := range placement.Status.Conditions {
		said.Conditions = append(said.Conditions, condition{of.Type, of.Status, of.Reason, of.Message})
	}
	all, err := h.decisions(ctx)
	if err != nil {
		return err
	}
	said.Decisions = []decision{}
	for _, of := range all {
		if of.Namespace != namespace || of.Labels[clusterv1beta1.PlacementLabel] != name {
			continue
		}
		var clusters []string
		if of.Status.Decisions != nil {
			clusters = []string{}
		}
		for _, one := range of.Status.Decisions {
			clusters = append(clusters, one.ClusterName)
		}
		said.Decisions = append(said.Decisions, decision{of.Name, of.Labels, clusters})
	}
	sort.Slice(said.Decisions, func(i, j int) bool {
		return numberOf(said.Decisions[i].Name) < numberOf(said.Decisions[j].Name)
	})
	return nil
}

// numberOf is 0 for a decision that upstream did not name.
func numberOf(name string) int {
	number, err := strconv.Atoi(name[strings.LastIndex(name, "-")+1:])
	if err != nil {
		return 0
	}
	return number
}
