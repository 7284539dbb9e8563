package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	coreapply "k8s.io/client-go/applyconfigurations/core/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

const greetingFinalizer = "clients.test/goodbye"

// greeter keeps a ConfigMap for each Greeting, says in its status that it does, and says goodbye.
type greeter struct {
	client.Client
	recorder  events.EventRecorder
	namespace string
}

func (g *greeter) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	of := &Greeting{}
	if err := g.Get(ctx, request.NamespacedName, of); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if !of.DeletionTimestamp.IsZero() {
		return ctrl.Result{}, g.leave(ctx, of)
	}
	if controllerutil.AddFinalizer(of, greetingFinalizer) {
		return ctrl.Result{}, g.Update(ctx, of)
	}
	owned := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: of.Name, Namespace: of.Namespace}}
	result, err := controllerutil.CreateOrUpdate(ctx, g.Client, owned, func() error {
		owned.Data = map[string]string{"text": of.Spec.Text}
		return controllerutil.SetControllerReference(of, owned, g.Scheme())
	})
	if err != nil {
		return ctrl.Result{}, err
	}
	if result == controllerutil.OperationResultCreated {
		g.recorder.Eventf(of, owned, corev1.EventTypeNormal, "Greeted", "Greet", "said %s", of.Spec.Text)
	}
	before := of.DeepCopyObject().(*Greeting)
	of.Status.Seen = of.Spec.Times
	meta.SetStatusCondition(&of.Status.Conditions, metav1.Condition{
		Type: "Greeted", Status: metav1.ConditionTrue, Reason: "Said", ObservedGeneration: of.Generation,
	})
	return ctrl.Result{}, g.Status().Patch(ctx, of, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))
}

// leave writes down, by server-side apply, that a Greeting went.
func (g *greeter) leave(ctx context.Context, of *Greeting) error {
	record := coreapply.ConfigMap("goodbyes", g.namespace).WithData(map[string]string{of.Name: of.Spec.Text})
	if err := g.Apply(ctx, record, client.FieldOwner("greeter-"+of.Name), client.ForceOwnership); err != nil {
		return err
	}
	controllerutil.RemoveFinalizer(of, greetingFinalizer)
	return g.Update(ctx, of)
}

func managerSteps(e *env) error {
	ctx, stop := context.WithCancel(e)
	defer stop()
	manager, ended, err := startManager(ctx, e)
	if err != nil {
		return err
	}
	direct, err := client.New(e.config, client.Options{Scheme: manager.GetScheme()})
	if err != nil {
		return err
	}
	if err := greetAndFollow(e, direct); err != nil {
		return err
	}
	if err := readCache(e, manager); err != nil {
		return err
	}
	if err := sayGoodbye(e, direct); err != nil {
		return err
	}
	stop()
	select {
	case err := <-ended:
		e.tell("the manager ends", fmt.Sprint(err))
	case <-time.After(10 * time.Second):
		return fmt.Errorf("the manager goes on")
	}
	lease, err := e.kube.CoordinationV1().Leases(e.namespace).Get(e, "greeter", metav1.GetOptions{})
	if err != nil {
		return err
	}
	e.tell("and gives its lease back", *lease.Spec.HolderIdentity)
	return nil
}

func startManager(ctx context.Context, e *env) (ctrl.Manager, <-chan error, error) {
	known := runtime.NewScheme()
	if err := scheme.AddToScheme(known); err != nil {
		return nil, nil, err
	}
	if err := addGreetings(known); err != nil {
		return nil, nil, err
	}
	manager, err := ctrl.NewManager(e.config, ctrl.Options{
		Scheme:                        known,
		Metrics:                       server.Options{BindAddress: "0"},
		Cache:                         cache.Options{DefaultNamespaces: map[string]cache.Config{e.namespace: {}}},
		LeaderElection:                true,
		LeaderElectionID:              "greeter",
		LeaderElectionNamespace:       e.namespace,
		LeaderElectionReleaseOnCancel: true,
	})
	if err != nil {
		return nil, nil, err
	}
	byText := func(object client.Object) []string { return []string{object.(*Greeting).Spec.Text} }
	if err := manager.GetFieldIndexer().IndexField(ctx, &Greeting{}, "spec.text", byText); err != nil {
		return nil, nil, err
	}
	reconciler := &greeter{manager.GetClient(), manager.GetEventRecorder("greeter"), e.namespace}
	if err := ctrl.NewControllerManagedBy(manager).For(&Greeting{}).Owns(&corev1.ConfigMap{}).Complete(reconciler); err != nil {
		return nil, nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- manager.Start(ctx) }()
	return manager, ended, nil
}

func greetAndFollow(e *env, direct client.Client) error {
	of := &Greeting{ObjectMeta: metav1.ObjectMeta{Name: "hello", Namespace: e.namespace}, Spec: GreetingSpec{Text: "hello", Times: 3}}
	if err := direct.Create(e, of); err != nil {
		return err
	}
	key := client.ObjectKeyFromObject(of)
	greeted := func(text string) func() (bool, error) {
		return func() (bool, error) {
			if err := direct.Get(e, key, of); err != nil {
				return false, err
			}
			owned := &corev1.ConfigMap{}
			err := direct.Get(e, key, owned)
			condition := meta.FindStatusCondition(of.Status.Conditions, "Greeted")
			return err == nil && owned.Data["text"] == text && owned.DeletionTimestamp.IsZero() &&
				condition != nil && condition.ObservedGeneration == of.Generation, err
		}
	}
	if err := e.until("it is greeted", greeted("hello")); err != nil {
		return err
	}
	e.tell("status", []any{of.Status.Seen, of.Finalizers, of.Generation})
	if err := e.until("the event is there", func() (bool, error) {
		found, err := e.kube.EventsV1().Events(e.namespace).List(e, metav1.ListOptions{FieldSelector: "reason=Greeted"})
		if err == nil && len(found.Items) == 1 {
			e.tell("event", []string{found.Items[0].Note, found.Items[0].Action, found.Items[0].Related.Kind, found.Items[0].ReportingController})
		}
		return err == nil && len(found.Items) == 1, err
	}); err != nil {
		return err
	}
	patch := client.MergeFrom(of.DeepCopyObject().(*Greeting))
	of.Spec.Text = "moin"
	if err := direct.Patch(e, of, patch); err != nil {
		return err
	}
	if err := e.until("a change is followed", greeted("moin")); err != nil {
		return err
	}
	if err := direct.Delete(e, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "hello", Namespace: e.namespace}}); err != nil {
		return err
	}
	return e.until("what is owned comes back", greeted("moin"))
}

func readCache(e *env, manager ctrl.Manager) error {
	list := &GreetingList{}
	err := manager.GetClient().List(e, list, client.InNamespace(e.namespace), client.MatchingFields{"spec.text": "moin"})
	if err != nil {
		return err
	}
	e.tell("by an index", len(list.Items))
	// kinds nobody asked for before are read when they are
	partial := &metav1.PartialObjectMetadataList{}
	partial.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("ConfigMapList"))
	if err := manager.GetClient().List(e, partial, client.InNamespace(e.namespace)); err != nil {
		return err
	}
	var names []string
	for _, item := range partial.Items {
		if item.Name != "kube-root-ca.crt" {
			names = append(names, item.Name)
		}
	}
	slices.Sort(names)
	e.tell("metadata alone", names)
	mapping, err := manager.GetRESTMapper().RESTMapping(greetingKind.GroupKind(), "v1")
	if err != nil {
		return err
	}
	e.tell("mapped", []string{mapping.Resource.Resource, string(mapping.Scope.Name())})
	return nil
}

func sayGoodbye(e *env, direct client.Client) error {
	of := &Greeting{ObjectMeta: metav1.ObjectMeta{Name: "hello", Namespace: e.namespace}}
	if err := direct.Delete(e, of, client.PropagationPolicy(metav1.DeletePropagationBackground)); err != nil {
		return err
	}
	if err := e.until("it is gone", func() (bool, error) {
		err := direct.Get(e, client.ObjectKeyFromObject(of), of)
		return apierrors.IsNotFound(err), err
	}); err != nil {
		return err
	}
	record := &corev1.ConfigMap{}
	if err := direct.Get(e, client.ObjectKey{Namespace: e.namespace, Name: "goodbyes"}, record); err != nil {
		return err
	}
	e.tell("goodbye was said", record.Data)
	return nil
}
