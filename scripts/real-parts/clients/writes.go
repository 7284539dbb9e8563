package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	appsapply "k8s.io/client-go/applyconfigurations/apps/v1"
	coreapply "k8s.io/client-go/applyconfigurations/core/v1"
	metaapply "k8s.io/client-go/applyconfigurations/meta/v1"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/util/csaupgrade"
	"k8s.io/utils/ptr"
)

func deployment(name string, replicas int32) *appsv1.Deployment {
	labels := map[string]string{"app": name}
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: appsv1.DeploymentSpec{
			Replicas: &replicas,
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec: corev1.PodSpec{Containers: []corev1.Container{
					{Name: "main", Image: "main:1"},
					{Name: "side", Image: "side:1", Env: []corev1.EnvVar{{Name: "A", Value: "1"}}},
				}},
			},
		},
	}
}

func patchSteps(e *env) error {
	deployments := e.kube.AppsV1().Deployments(e.namespace)
	if _, err := deployments.Create(e, deployment("web", 2), metav1.CreateOptions{}); err != nil {
		return err
	}
	containers := func(object *appsv1.Deployment) (said []string) {
		for _, container := range object.Spec.Template.Spec.Containers {
			said = append(said, fmt.Sprint(container.Name, " ", container.Image, " ", container.Env))
		}
		return said
	}
	for _, patch := range []struct {
		name string
		kind types.PatchType
		text string
	}{
		{"strategic merge", types.StrategicMergePatchType,
			`{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"side:2","env":[{"name":"B","value":"2"}]}]}}}}`},
		{"strategic deletion", types.StrategicMergePatchType,
			`{"spec":{"template":{"spec":{"containers":[{"name":"side","$patch":"delete"}]}}}}`},
		{"merge", types.MergePatchType, `{"metadata":{"labels":{"a":"b","none":null}},"spec":{"replicas":3}}`},
		{"json", types.JSONPatchType, `[{"op":"test","path":"/spec/replicas","value":3},{"op":"replace","path":"/spec/replicas","value":4}]`},
		{"json with a test that fails", types.JSONPatchType, `[{"op":"test","path":"/spec/replicas","value":99}]`},
		{"no JSON", types.MergePatchType, `{`},
		{"a wrong type", types.MergePatchType, `{"spec":{"replicas":"many"}}`},
	} {
		patched, err := deployments.Patch(e, "web", patch.kind, []byte(patch.text), metav1.PatchOptions{})
		if err != nil {
			e.tell(patch.name, []any{apierrors.IsInvalid(err), apierrors.IsBadRequest(err)})
		} else {
			e.tell(patch.name, []any{containers(patched), patched.Labels, *patched.Spec.Replicas, patched.Generation})
		}
	}
	dry, err := deployments.Patch(e, "web", types.MergePatchType, []byte(`{"spec":{"replicas":9}}`),
		metav1.PatchOptions{DryRun: []string{metav1.DryRunAll}})
	if err != nil {
		return err
	}
	after, err := deployments.Get(e, "web", metav1.GetOptions{})
	e.tell("a dry run", []any{*dry.Spec.Replicas, *after.Spec.Replicas})
	if err != nil {
		return err
	}
	_, err = e.dynamic.Resource(greetingResource).Namespace(e.namespace).Patch(e, "none",
		types.StrategicMergePatchType, []byte(`{}`), metav1.PatchOptions{})
	e.tell("a strategic patch of a custom kind", said(err))
	return nil
}

// owners says who manages which fields.
func owners(object metav1.Object) (owners []string) {
	for _, entry := range object.GetManagedFields() {
		fields := ""
		if entry.FieldsV1 != nil {
			var set any
			if json.Unmarshal(entry.FieldsV1.Raw, &set) == nil {
				text, _ := json.Marshal(set)
				fields = string(text)
			}
		}
		owners = append(owners, fmt.Sprint(entry.Manager, " ", entry.Operation, " ", entry.Subresource, " ", entry.APIVersion, " ", fields))
	}
	slices.Sort(owners)
	return owners
}

func applySteps(e *env) error {
	maps := e.kube.CoreV1().ConfigMaps(e.namespace)
	first := metav1.ApplyOptions{FieldManager: "first"}
	second := metav1.ApplyOptions{FieldManager: "second"}
	made, err := maps.Apply(e, coreapply.ConfigMap("shared", e.namespace).
		WithLabels(map[string]string{"from": "first"}).WithData(map[string]string{"a": "1", "b": "1"}), first)
	if err != nil {
		return err
	}
	e.tell("made", []any{made.Data, owners(made)})
	theirs := coreapply.ConfigMap("shared", e.namespace).WithData(map[string]string{"a": "2", "c": "2"})
	_, err = maps.Apply(e, theirs, second)
	e.tell("conflict", said(err))
	e.tell("is a conflict", apierrors.IsConflict(err))
	second.Force = true
	forced, err := maps.Apply(e, theirs, second)
	if err != nil {
		return err
	}
	e.tell("by force", []any{forced.Data, owners(forced)})
	again, err := maps.Apply(e, theirs, second)
	if err != nil {
		return err
	}
	e.tell("again changes nothing", again.ResourceVersion == forced.ResourceVersion)
	less, err := maps.Apply(e, coreapply.ConfigMap("shared", e.namespace).WithData(map[string]string{"b": "1"}), first)
	if err != nil {
		return err
	}
	e.tell("what is left out goes", []any{less.Data, less.Labels, owners(less)})
	extracted, err := coreapply.ExtractConfigMap(less, "second")
	if err != nil {
		return err
	}
	e.tell("extracted", extracted.Data)
	less.Data["a"] = "3"
	updated, err := maps.Update(e, less, metav1.UpdateOptions{FieldManager: "third"})
	if err != nil {
		return err
	}
	e.tell("an update takes over", owners(updated))
	_, err = maps.Apply(e, coreapply.ConfigMap("shared", e.namespace), metav1.ApplyOptions{})
	e.tell("without a manager", said(err))
	if err := applyWorkload(e); err != nil {
		return err
	}
	return upgradeOwners(e)
}

func applyWorkload(e *env) error {
	container := func(name, image string) *coreapply.ContainerApplyConfiguration {
		return coreapply.Container().WithName(name).WithImage(image)
	}
	of := func(containers ...*coreapply.ContainerApplyConfiguration) *appsapply.DeploymentApplyConfiguration {
		labels := map[string]string{"app": "web"}
		return appsapply.Deployment("web", e.namespace).WithSpec(appsapply.DeploymentSpec().
			WithSelector(metaapply.LabelSelector().WithMatchLabels(labels)).
			WithTemplate(coreapply.PodTemplateSpec().WithLabels(labels).
				WithSpec(coreapply.PodSpec().WithContainers(containers...))))
	}
	deployments := e.kube.AppsV1().Deployments(e.namespace)
	if _, err := deployments.Apply(e, of(container("main", "main:1"), container("side", "side:1")),
		metav1.ApplyOptions{FieldManager: "first"}); err != nil {
		return err
	}
	// another adds to a container by its name, and says the same of its image
	patched, err := deployments.Apply(e, of(container("main", "main:1").WithEnv(coreapply.EnvVar().WithName("A").WithValue("1"))),
		metav1.ApplyOptions{FieldManager: "second"})
	if err != nil {
		return err
	}
	spec := patched.Spec.Template.Spec
	e.tell("lists are merged by name", []any{spec.Containers[0].Name, spec.Containers[0].Env, spec.Containers[1].Name})
	_, err = deployments.Apply(e, of(container("main", "main:2")), metav1.ApplyOptions{FieldManager: "third"})
	e.tell("a conflict within a list", said(err))
	scaled, err := deployments.ApplyStatus(e, appsapply.Deployment("web", e.namespace).
		WithStatus(appsapply.DeploymentStatus().WithReplicas(1).WithObservedGeneration(1)),
		metav1.ApplyOptions{FieldManager: "status"})
	if err != nil {
		return err
	}
	managers := []string{}
	for _, entry := range scaled.ManagedFields {
		managers = append(managers, entry.Manager+" "+entry.Subresource)
	}
	slices.Sort(managers)
	e.tell("status applied", []any{scaled.Status.Replicas, managers})
	return nil
}

// upgradeOwners turns what was updated into what is applied, as clients do that begin to apply.
func upgradeOwners(e *env) error {
	maps := e.kube.CoreV1().ConfigMaps(e.namespace)
	object, err := maps.Create(e, configMap("older", map[string]string{"a": "1", "b": "1"}), metav1.CreateOptions{FieldManager: "old"})
	if err != nil {
		return err
	}
	patch, err := csaupgrade.UpgradeManagedFieldsPatch(object, sets.New("old"), "new")
	if err != nil {
		return err
	}
	if _, err := maps.Patch(e, "older", types.JSONPatchType, patch, metav1.PatchOptions{}); err != nil {
		return err
	}
	applied, err := maps.Apply(e, coreapply.ConfigMap("older", e.namespace).WithData(map[string]string{"a": "2"}),
		metav1.ApplyOptions{FieldManager: "new"})
	if err != nil {
		return err
	}
	e.tell("owners upgraded", []any{applied.Data, owners(applied)})
	return nil
}

func finalizerSteps(e *env) error {
	maps := e.kube.CoreV1().ConfigMaps(e.namespace)
	object := configMap("held", nil)
	object.Finalizers = []string{"clients.test/hold"}
	made, err := maps.Create(e, object, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	wrong := types.UID("00000000-0000-0000-0000-000000000000")
	err = maps.Delete(e, "held", metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &wrong}})
	e.tell("of another uid", strings.ReplaceAll(fmt.Sprint(err), string(made.UID), "UID"))
	if err := maps.Delete(e, "held", metav1.DeleteOptions{}); err != nil {
		return err
	}
	leaving, err := maps.Get(e, "held", metav1.GetOptions{})
	if err != nil {
		return err
	}
	e.tell("is leaving", []any{leaving.DeletionTimestamp != nil, leaving.DeletionGracePeriodSeconds, leaving.Finalizers})
	_, err = maps.Create(e, configMap("held", nil), metav1.CreateOptions{})
	e.tell("made again too soon", said(err))
	more := leaving.DeepCopy()
	more.Finalizers = append(more.Finalizers, "clients.test/more")
	_, err = maps.Update(e, more, metav1.UpdateOptions{})
	e.tell("a finalizer too late", fmt.Sprint(err))
	leaving.Data = map[string]string{"still": "written"}
	if leaving, err = maps.Update(e, leaving, metav1.UpdateOptions{}); err != nil {
		return err
	}
	leaving.Finalizers = nil
	if _, err = maps.Update(e, leaving, metav1.UpdateOptions{}); err != nil {
		return err
	}
	_, err = maps.Get(e, "held", metav1.GetOptions{})
	e.tell("let go", said(err))
	bad := configMap("bad", nil)
	bad.Finalizers = []string{"no slash"}
	_, err = maps.Create(e, bad, metav1.CreateOptions{})
	e.tell("a finalizer that is no name", said(err))
	return nil
}

// ownerSteps are the collector's, in each way of deletion.
func ownerSteps(e *env) error {
	maps := e.kube.CoreV1().ConfigMaps(e.namespace)
	for _, way := range []metav1.DeletionPropagation{
		metav1.DeletePropagationBackground, metav1.DeletePropagationForeground, metav1.DeletePropagationOrphan,
	} {
		name := strings.ToLower(string(way))
		owner, err := maps.Create(e, configMap(name, nil), metav1.CreateOptions{})
		if err != nil {
			return err
		}
		owned := configMap(name+"-owned", nil)
		owned.OwnerReferences = []metav1.OwnerReference{{
			APIVersion: "v1", Kind: "ConfigMap", Name: name, UID: owner.UID, BlockOwnerDeletion: ptr.To(true),
		}}
		if _, err := maps.Create(e, owned, metav1.CreateOptions{}); err != nil {
			return err
		}
		if err := maps.Delete(e, name, metav1.DeleteOptions{PropagationPolicy: &way}); err != nil {
			return err
		}
		if err := e.until(name+" is gone", func() (bool, error) {
			_, err := maps.Get(e, name, metav1.GetOptions{})
			return apierrors.IsNotFound(err), err
		}); err != nil {
			return err
		}
		kept := way == metav1.DeletePropagationOrphan
		if err := e.until("what "+name+" owned", func() (bool, error) {
			left, err := maps.Get(e, name+"-owned", metav1.GetOptions{})
			if kept {
				return err == nil && len(left.OwnerReferences) == 0, err
			}
			return apierrors.IsNotFound(err), err
		}); err != nil {
			return err
		}
		e.tell(name+" keeps what it owned", kept)
	}
	bad := configMap("bad", nil)
	bad.OwnerReferences = []metav1.OwnerReference{{APIVersion: "v1", Kind: "ConfigMap", Name: "x"}}
	_, err := maps.Create(e, bad, metav1.CreateOptions{})
	e.tell("an owner without uid", said(err))
	err = maps.DeleteCollection(e, metav1.DeleteOptions{}, metav1.ListOptions{LabelSelector: "none=there"})
	e.tell("a collection of none", said(err))
	return nil
}

func statusSteps(e *env) error {
	greetings := e.dynamic.Resource(greetingResource).Namespace(e.namespace)
	made, err := greetings.Create(e, greeting("hello", map[string]any{"text": "hello"}), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	tell := func(name string, object *unstructured.Unstructured) {
		e.tell(name, []any{object.Object["spec"], object.Object["status"], object.GetLabels(), object.GetGeneration()})
	}
	tell("made", made)
	made.Object["status"] = map[string]any{"seen": int64(2)}
	made.Object["spec"].(map[string]any)["text"] = "changed by status"
	made.SetLabels(map[string]string{"by": "status"})
	after, err := greetings.UpdateStatus(e, made, metav1.UpdateOptions{})
	if err != nil {
		return err
	}
	tell("status alone", after)
	after.Object["status"] = map[string]any{"seen": int64(99)}
	after.Object["spec"].(map[string]any)["text"] = "changed"
	if after, err = greetings.Update(e, after, metav1.UpdateOptions{}); err != nil {
		return err
	}
	tell("all but status", after)
	scale, err := greetings.Get(e, "hello", metav1.GetOptions{}, "scale")
	if err != nil {
		return err
	}
	e.tell("scale", []any{scale.GetAPIVersion(), scale.GetKind(), scale.Object["spec"], scale.Object["status"]})
	if err := unstructured.SetNestedField(scale.Object, int64(7), "spec", "replicas"); err != nil {
		return err
	}
	if _, err := greetings.Update(e, scale, metav1.UpdateOptions{}, "scale"); err != nil {
		return err
	}
	if after, err = greetings.Get(e, "hello", metav1.GetOptions{}); err != nil {
		return err
	}
	tell("scaled", after)
	return scaleDeployment(e)
}

func scaleDeployment(e *env) error {
	deployments := e.kube.AppsV1().Deployments(e.namespace)
	if _, err := deployments.Create(e, deployment("web", 2), metav1.CreateOptions{}); err != nil {
		return err
	}
	scale, err := deployments.UpdateScale(e, "web", &autoscalingv1.Scale{
		ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: e.namespace},
		Spec:       autoscalingv1.ScaleSpec{Replicas: 5},
	}, metav1.UpdateOptions{})
	if err != nil {
		return err
	}
	object, err := deployments.Get(e, "web", metav1.GetOptions{})
	if err != nil {
		return err
	}
	e.tell("a deployment scaled", []any{scale.Spec, scale.Status.Selector, *object.Spec.Replicas, object.Generation})
	object.Status.ObservedGeneration = 2
	object.Status.Replicas = 5
	object.Spec.Replicas = ptr.To[int32](1)
	if object, err = deployments.UpdateStatus(e, object, metav1.UpdateOptions{}); err != nil {
		return err
	}
	e.tell("its status", []any{object.Status.Replicas, *object.Spec.Replicas, object.Generation})
	return nil
}

func dynamicSteps(e *env) error {
	greetings := e.dynamic.Resource(greetingResource).Namespace(e.namespace)
	made, err := greetings.Create(e, greeting("full", map[string]any{
		"text": "hello", "big": int64(9007199254740993), "port": "http",
		"free": map[string]any{"any": []any{int64(1), "x", nil, 1.5}}, "unknown": "goes",
	}), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	e.tell("filled in and pruned", made.Object["spec"])
	again, err := greetings.Get(e, "full", metav1.GetOptions{})
	if err != nil {
		return err
	}
	e.tell("integers are exact", again.Object["spec"].(map[string]any)["big"] == int64(9007199254740993))
	applied, err := greetings.Apply(e, "full", greeting("full", map[string]any{"text": "applied"}),
		metav1.ApplyOptions{FieldManager: "dynamic", Force: true})
	if err != nil {
		return err
	}
	e.tell("applied", []any{applied.Object["spec"], owners(applied)})
	generated := greeting("", map[string]any{"text": "x"})
	generated.SetGenerateName("many-")
	named, err := greetings.Create(e, generated, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	e.tell("a name is made", []any{len(named.GetName()), named.GetGenerateName()})
	list, err := e.dynamic.Resource(greetingResource).List(e, metav1.ListOptions{})
	if err != nil {
		return err
	}
	e.tell("a list", []string{list.GetAPIVersion(), list.GetKind(), list.Items[0].GetAPIVersion(), list.Items[0].GetKind()})
	if err := greetings.DeleteCollection(e, metav1.DeleteOptions{}, metav1.ListOptions{}); err != nil {
		return err
	}
	left, err := greetings.List(e, metav1.ListOptions{})
	if err != nil {
		return err
	}
	e.tell("left", len(left.Items))
	secrets := e.dynamic.Resource(corev1.SchemeGroupVersion.WithResource("secrets")).Namespace(e.namespace)
	secret := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "s"}, "data": map[string]any{"a": "not base64!"},
	}}
	_, err = secrets.Create(e, secret, metav1.CreateOptions{})
	e.tell("data that is no base64 is refused", err != nil)
	return nil
}

func metadataSteps(e *env) error {
	client, err := metadata.NewForConfig(e.config)
	if err != nil {
		return err
	}
	if _, err := e.kube.CoreV1().ConfigMaps(e.namespace).Create(e,
		&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "a", Annotations: map[string]string{"x": "y"}}, Data: map[string]string{"much": "data"}},
		metav1.CreateOptions{}); err != nil {
		return err
	}
	maps := client.Resource(corev1.SchemeGroupVersion.WithResource("configmaps")).Namespace(e.namespace)
	object, err := maps.Get(e, "a", metav1.GetOptions{})
	if err != nil {
		return err
	}
	e.tell("object", []any{object.APIVersion, object.Kind, object.Annotations})
	list, err := maps.List(e, metav1.ListOptions{FieldSelector: "metadata.name=a"})
	if err != nil {
		return err
	}
	e.tell("list", []any{list.APIVersion, list.Kind, len(list.Items), list.Items[0].Name})
	seen, err := maps.Watch(e, metav1.ListOptions{ResourceVersion: list.ResourceVersion, FieldSelector: noRootCA})
	if err != nil {
		return err
	}
	defer seen.Stop()
	patched, err := maps.Patch(e, "a", types.MergePatchType, []byte(`{"metadata":{"annotations":{"x":"z"}}}`), metav1.PatchOptions{})
	if err != nil {
		return err
	}
	e.tell("patched", patched.Annotations)
	if err := maps.Delete(e, "a", metav1.DeleteOptions{}); err != nil {
		return err
	}
	events, err := next(seen, 2)
	e.tell("watched", events)
	return err
}
