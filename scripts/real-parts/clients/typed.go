package main

import (
	"fmt"
	"sync"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/record"
	"k8s.io/client-go/util/retry"
	"k8s.io/utils/ptr"
)

func typedSteps(e *env) error {
	core := e.kube.CoreV1()
	secret := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: "key"},
		StringData: map[string]string{"a": "b"},
		Type:       corev1.SecretTypeOpaque,
	}
	made, err := core.Secrets(e.namespace).Create(e, secret, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	e.tell("secret", []any{made.Data, made.StringData, made.Type})
	made.Immutable = ptr.To(true)
	if made, err = core.Secrets(e.namespace).Update(e, made, metav1.UpdateOptions{}); err != nil {
		return err
	}
	made.Data["a"] = []byte("c")
	_, err = core.Secrets(e.namespace).Update(e, made, metav1.UpdateOptions{})
	e.tell("an immutable secret", said(err))

	if err := leaseSteps(e); err != nil {
		return err
	}
	if err := eventSteps(e); err != nil {
		return err
	}
	return namespaceSteps(e)
}

func leaseSteps(e *env) error {
	leases := e.kube.CoordinationV1().Leases(e.namespace)
	at := metav1.NewMicroTime(time.Date(2026, 1, 2, 3, 4, 5, 678901000, time.UTC))
	lease, err := leases.Create(e, &coordinationv1.Lease{
		ObjectMeta: metav1.ObjectMeta{Name: "turn"},
		Spec: coordinationv1.LeaseSpec{
			HolderIdentity: ptr.To("me"), LeaseDurationSeconds: ptr.To[int32](15), RenewTime: &at,
		},
	}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	e.tell("microseconds are kept", lease.Spec.RenewTime.Equal(&at))
	lease.Spec.LeaseDurationSeconds = ptr.To[int32](0)
	_, err = leases.Update(e, lease, metav1.UpdateOptions{})
	e.tell("a lease of no time", said(err))
	return nil
}

func eventSteps(e *env) error {
	about := corev1.ObjectReference{Kind: "ConfigMap", Namespace: e.namespace, Name: "x", APIVersion: "v1"}
	at := metav1.NewMicroTime(time.Now())
	_, err := e.kube.EventsV1().Events(e.namespace).Create(e, &eventsv1.Event{
		ObjectMeta: metav1.ObjectMeta{Name: "x.1"},
		EventTime:  at, ReportingController: "clients.test/a", ReportingInstance: "a-1",
		Action: "Greeting", Reason: "Greeted", Regarding: about, Type: "Normal", Note: "hello",
	}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	seen, err := e.kube.CoreV1().Events(e.namespace).Get(e, "x.1", metav1.GetOptions{})
	if err != nil {
		return err
	}
	e.tell("an event in its older form", []string{seen.Message, seen.InvolvedObject.Name, seen.Reason})
	_, err = e.kube.EventsV1().Events(e.namespace).Create(e, &eventsv1.Event{
		ObjectMeta: metav1.ObjectMeta{Name: "x.2"}, EventTime: at, Regarding: about, Type: "Normal",
	}, metav1.CreateOptions{})
	e.tell("an event without a reason", said(err))
	// a recorder counts what repeats: its second event is a patch of the first
	broadcaster := record.NewBroadcaster()
	defer broadcaster.Shutdown()
	broadcaster.StartRecordingToSink(&recordTo{e})
	recorder := broadcaster.NewRecorder(scheme.Scheme, corev1.EventSource{Component: "clients"})
	for range 3 {
		recorder.Event(&about, "Warning", "Again", "the same")
	}
	return e.until("events are counted", func() (bool, error) {
		found, err := e.kube.CoreV1().Events(e.namespace).List(e, metav1.ListOptions{FieldSelector: "reason=Again"})
		return err == nil && len(found.Items) == 1 && found.Items[0].Count == 3, err
	})
}

// recordTo is the sink of a recorder.
type recordTo struct{ e *env }

func (r *recordTo) Create(event *corev1.Event) (*corev1.Event, error) {
	return r.e.kube.CoreV1().Events(event.Namespace).CreateWithEventNamespaceWithContext(r.e, event)
}

func (r *recordTo) Update(event *corev1.Event) (*corev1.Event, error) {
	return r.e.kube.CoreV1().Events(event.Namespace).UpdateWithEventNamespaceWithContext(r.e, event)
}

func (r *recordTo) Patch(event *corev1.Event, data []byte) (*corev1.Event, error) {
	return r.e.kube.CoreV1().Events(event.Namespace).PatchWithEventNamespaceWithContext(r.e, event, data)
}

func namespaceSteps(e *env) error {
	namespaces := e.kube.CoreV1().Namespaces()
	name := e.namespace + "-gone"
	made, err := namespaces.Create(e, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	e.tell("namespace", []any{made.Status.Phase, made.Spec.Finalizers, made.Labels})
	if _, err := e.kube.CoreV1().ConfigMaps(name).Create(e, configMap("in", nil), metav1.CreateOptions{}); err != nil {
		return err
	}
	if err := namespaces.Delete(e, name, metav1.DeleteOptions{}); err != nil {
		return err
	}
	return e.until("the namespace is gone with what it held", func() (bool, error) {
		_, err := namespaces.Get(e, name, metav1.GetOptions{})
		return apierrors.IsNotFound(err), err
	})
}

func tokenSteps(e *env) error {
	accounts := e.kube.CoreV1().ServiceAccounts(e.namespace)
	account, err := accounts.Create(e, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "robot"}}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: ptr.To[int64](3600)}}
	answer, err := accounts.CreateToken(e, account.Name, request, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	request.Spec.ExpirationSeconds = ptr.To[int64](60)
	_, err = accounts.CreateToken(e, account.Name, request, metav1.CreateOptions{})
	e.tell("too short a life", said(err))
	config := rest.AnonymousClientConfig(e.config)
	config.BearerToken = answer.Status.Token
	robot := kubernetes.NewForConfigOrDie(config)
	self, err := robot.AuthenticationV1().SelfSubjectReviews().Create(e, &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	e.tell("who it is", []any{self.Status.UserInfo.Username, self.Status.UserInfo.Groups})
	_, err = robot.CoreV1().ConfigMaps(e.namespace).List(e, metav1.ListOptions{})
	e.tell("before it has rights", said(err))
	if err := grant(e, account.Name); err != nil {
		return err
	}
	if err := e.until("rights hold", func() (bool, error) {
		_, err := robot.CoreV1().ConfigMaps(e.namespace).List(e, metav1.ListOptions{})
		return err == nil, err
	}); err != nil {
		return err
	}
	_, err = robot.CoreV1().ConfigMaps(e.namespace).Create(e, configMap("x", nil), metav1.CreateOptions{})
	e.tell("what it has no right to", said(err))
	review, err := robot.AuthorizationV1().SelfSubjectAccessReviews().Create(e, &authorizationv1.SelfSubjectAccessReview{
		Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &authorizationv1.ResourceAttributes{
			Namespace: e.namespace, Verb: "list", Resource: "configmaps",
		}},
	}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	e.tell("its review", review.Status.Allowed)
	if err := accounts.Delete(e, account.Name, metav1.DeleteOptions{}); err != nil {
		return err
	}
	return e.until("the token ends with its account", func() (bool, error) {
		_, err := robot.CoreV1().ConfigMaps(e.namespace).List(e, metav1.ListOptions{})
		return apierrors.IsUnauthorized(err), err
	})
}

func grant(e *env, account string) error {
	rbac := e.kube.RbacV1()
	role := &rbacv1.Role{
		ObjectMeta: metav1.ObjectMeta{Name: "reads"},
		Rules:      []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"configmaps"}, Verbs: []string{"list"}}},
	}
	if _, err := rbac.Roles(e.namespace).Create(e, role, metav1.CreateOptions{}); err != nil {
		return err
	}
	_, err := rbac.RoleBindings(e.namespace).Create(e, &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "reads"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: "reads"},
		Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: e.namespace, Name: account}},
	}, metav1.CreateOptions{})
	return err
}

// protobufSteps sends protobuf and takes what comes: protobuf, or JSON where the server has no other.
func protobufSteps(e *env) error {
	seen := &wire{}
	config := seen.on(e.config)
	config.ContentType = runtime.ContentTypeProtobuf
	config.AcceptContentTypes = runtime.ContentTypeProtobuf + "," + runtime.ContentTypeJSON
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	maps := client.CoreV1().ConfigMaps(e.namespace)
	object := configMap("proto", map[string]string{"a": "ö", "empty": ""})
	object.BinaryData = map[string][]byte{"bytes": {0, 255, 128}}
	object.Labels = map[string]string{"a": "b"}
	made, err := maps.Create(e, object, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	e.tell("created", []any{made.Data, made.BinaryData, made.Labels, made.Namespace})
	made.Data["more"] = "x"
	if _, err := maps.Update(e, made, metav1.UpdateOptions{}); err != nil {
		return err
	}
	_, err = maps.Create(e, object, metav1.CreateOptions{})
	e.tell("created again", said(err))
	list, err := maps.List(e, metav1.ListOptions{LabelSelector: "a=b"})
	if err != nil {
		return err
	}
	e.tell("listed", len(list.Items))
	seconds := int64(10)
	watch, err := maps.Watch(e, metav1.ListOptions{
		ResourceVersion: list.ResourceVersion, TimeoutSeconds: &seconds, LabelSelector: "a=b",
	})
	if err != nil {
		return err
	}
	defer watch.Stop()
	if err := maps.Delete(e, "proto", metav1.DeleteOptions{PropagationPolicy: ptr.To(metav1.DeletePropagationBackground)}); err != nil {
		return err
	}
	select {
	case event := <-watch.ResultChan():
		e.tell("watched", []any{event.Type, event.Object.(*corev1.ConfigMap).Data})
	case <-time.After(10 * time.Second):
		return fmt.Errorf("nothing was watched")
	}
	return protobufKinds(e, client)
}

func protobufKinds(e *env, client kubernetes.Interface) error {
	deployments := client.AppsV1().Deployments(e.namespace)
	made, err := deployments.Create(e, deployment("web", 2), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	e.tell("deployment", []any{made.Spec.Replicas, made.Spec.Selector, made.Spec.Template.Spec.Containers[0].Name})
	lease := &coordinationv1.Lease{
		ObjectMeta: metav1.ObjectMeta{Name: "turn"},
		Spec:       coordinationv1.LeaseSpec{RenewTime: &metav1.MicroTime{Time: time.Unix(1, 5000)}},
	}
	kept, err := client.CoordinationV1().Leases(e.namespace).Create(e, lease, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	e.tell("lease", kept.Spec.RenewTime.UTC().Format(time.RFC3339Nano))
	role := &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Name: "r"}, Rules: []rbacv1.PolicyRule{{
		APIGroups: []string{"", "apps"}, Resources: []string{"*"}, Verbs: []string{"get"}, ResourceNames: []string{"a"},
	}}}
	given, err := client.RbacV1().Roles(e.namespace).Create(e, role, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	e.tell("role", given.Rules)
	_, err = client.CoreV1().Namespaces().List(e, metav1.ListOptions{Limit: 1})
	return err
}

func errorSteps(e *env) error {
	maps := e.kube.CoreV1().ConfigMaps(e.namespace)
	_, err := maps.Get(e, "none", metav1.GetOptions{})
	e.tell("not found", said(err))
	first, err := maps.Create(e, configMap("one", nil), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	_, err = maps.Create(e, configMap("one", nil), metav1.CreateOptions{})
	e.tell("already exists", said(err))
	newer := first.DeepCopy()
	newer.Data = map[string]string{"a": "1"}
	if _, err := maps.Update(e, newer, metav1.UpdateOptions{}); err != nil {
		return err
	}
	first.Data = map[string]string{"a": "2"}
	_, err = maps.Update(e, first, metav1.UpdateOptions{})
	e.tell("conflict", said(err))
	_, err = maps.Create(e, configMap("NOT A NAME", nil), metav1.CreateOptions{})
	e.tell("invalid", said(err))
	_, err = maps.Create(e, labelled("labels", map[string]string{"a b": "c d"}), metav1.CreateOptions{})
	e.tell("invalid labels", said(err))
	_, err = e.kube.CoreV1().ConfigMaps("no-such-namespace").Create(e, configMap("x", nil), metav1.CreateOptions{})
	e.tell("no such namespace", said(err))
	_, err = e.dynamic.Resource(greetingGroup.WithResource("nothings")).List(e, metav1.ListOptions{})
	e.tell("no such kind", apierrors.IsNotFound(err))
	_, err = e.dynamic.Resource(greetingResource).Namespace(e.namespace).Create(e,
		greeting("wrong", map[string]any{"text": 1}), metav1.CreateOptions{})
	e.tell("invalid custom object", said(err))
	_, err = e.dynamic.Resource(greetingResource).Namespace(e.namespace).Create(e,
		greeting("rule", map[string]any{"text": "bye"}), metav1.CreateOptions{})
	e.tell("against a rule", said(err))
	_, err = e.dynamic.Resource(greetingResource).Namespace(e.namespace).Create(e,
		greeting("strict", map[string]any{"text": "x", "unknown": 1}), metav1.CreateOptions{FieldValidation: "Strict"})
	e.tell("an unknown field", said(err))
	impersonating := rest.CopyConfig(e.config)
	impersonating.Impersonate = rest.ImpersonationConfig{UserName: "nobody", Groups: []string{"system:authenticated"}}
	_, err = kubernetes.NewForConfigOrDie(impersonating).CoreV1().Secrets(e.namespace).List(e, metav1.ListOptions{})
	e.tell("forbidden", said(err))
	_, err = kubernetes.NewForConfigOrDie(rest.AnonymousClientConfig(e.config)).CoreV1().Secrets(e.namespace).List(e, metav1.ListOptions{})
	e.tell("anonymous", said(err))
	wrong := rest.AnonymousClientConfig(e.config)
	wrong.BearerToken = "not.a.token"
	_, err = kubernetes.NewForConfigOrDie(wrong).CoreV1().Secrets(e.namespace).List(e, metav1.ListOptions{})
	e.tell("unauthorized", said(err))
	return nil
}

// conflictSteps has four writers count to forty in one object.
func conflictSteps(e *env) error {
	maps := e.kube.CoreV1().ConfigMaps(e.namespace)
	if _, err := maps.Create(e, configMap("counter", map[string]string{"n": "0"}), metav1.CreateOptions{}); err != nil {
		return err
	}
	backoff := retry.DefaultRetry
	backoff.Steps = 100
	var writers sync.WaitGroup
	errs := make(chan error, 4)
	for range 4 {
		writers.Go(func() {
			for range 10 {
				if err := retry.RetryOnConflict(backoff, func() error { return countOn(e, "counter") }); err != nil {
					errs <- err
				}
			}
		})
	}
	writers.Wait()
	close(errs)
	for err := range errs {
		return err
	}
	final, err := maps.Get(e, "counter", metav1.GetOptions{})
	if err != nil {
		return err
	}
	e.tell("counted", final.Data["n"])
	return nil
}

func countOn(e *env, name string) error {
	maps := e.kube.CoreV1().ConfigMaps(e.namespace)
	object, err := maps.Get(e, name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	var n int
	if _, err := fmt.Sscan(object.Data["n"], &n); err != nil {
		return err
	}
	object.Data["n"] = fmt.Sprint(n + 1)
	_, err = maps.Update(e, object, metav1.UpdateOptions{})
	return err
}
