package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/pager"
)

func pagingSteps(e *env) error {
	if err := e.fill(25); err != nil {
		return err
	}
	maps := e.kube.CoreV1().ConfigMaps(e.namespace)
	only := func(options metav1.ListOptions) (*corev1.ConfigMapList, error) {
		options.Limit = 10
		return maps.List(e, options)
	}
	first, err := only(metav1.ListOptions{FieldSelector: noRootCA})
	if err != nil {
		return err
	}
	e.tell("with a selector what remains is not said", first.RemainingItemCount == nil)
	// all pages are of the moment of the first
	if err := maps.Delete(e, "item-20", metav1.DeleteOptions{}); err != nil {
		return err
	}
	if _, err := maps.Create(e, configMap("item-15-and-a-half", nil), metav1.CreateOptions{}); err != nil {
		return err
	}
	var names []string
	versions := map[string]bool{}
	for page := first; ; {
		versions[page.ResourceVersion] = true
		for _, item := range page.Items {
			names = append(names, item.Name)
		}
		if page.Continue == "" {
			break
		}
		if page, err = only(metav1.ListOptions{Continue: page.Continue, FieldSelector: noRootCA}); err != nil {
			return err
		}
	}
	e.tell("names", names)
	e.tell("versions of the pages", len(versions))
	counted, err := e.dynamic.Resource(greetingResource).Namespace(e.namespace).List(e, metav1.ListOptions{Limit: 5})
	if err != nil {
		return err
	}
	e.tell("of nothing", []any{len(counted.Items), counted.GetContinue(), counted.GetRemainingItemCount()})
	_, err = only(metav1.ListOptions{Continue: "nonsense"})
	e.tell("a token that is none", apierrors.IsBadRequest(err))
	_, err = only(metav1.ListOptions{Continue: first.Continue, ResourceVersion: "1"})
	e.tell("a token and a version", said(err))
	_, err = maps.List(e, metav1.ListOptions{ResourceVersionMatch: metav1.ResourceVersionMatchExact})
	e.tell("a match without a version", said(err))
	return throughPager(e)
}

func throughPager(e *env) error {
	maps := e.kube.CoreV1().ConfigMaps(e.namespace)
	pages := 0
	p := pager.New(func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
		pages++
		return maps.List(ctx, options)
	})
	p.PageSize = 7
	count := 0
	err := p.EachListItem(e, metav1.ListOptions{FieldSelector: noRootCA}, func(runtime.Object) error {
		count++
		return nil
	})
	e.tell("through a pager", []int{pages, count})
	return err
}

func selectorSteps(e *env) error {
	maps := e.kube.CoreV1().ConfigMaps(e.namespace)
	for name, labels := range map[string]map[string]string{
		"a": {"tier": "web", "env": "prod"},
		"b": {"tier": "db", "env": "prod"},
		"c": {"tier": "web"},
		"d": {"other": ""},
	} {
		if _, err := maps.Create(e, labelled(name, labels), metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	for _, selector := range []string{
		"tier=web", "tier==web,env", "tier!=web", "tier in (web,db)", "tier notin (db)", "!env", "other=", "env,!tier",
		"tier in (", "a b=c", "tier=web,", "x>1",
	} {
		found, err := maps.List(e, metav1.ListOptions{LabelSelector: selector, FieldSelector: noRootCA})
		e.tell("labels "+selector, selected(found, err))
	}
	for _, selector := range []string{
		"metadata.name=a", "metadata.name!=a,metadata.name!=kube-root-ca.crt", "metadata.namespace=" + e.namespace,
		"metadata.namespace=other", "metadata.name=a,metadata.name=b", "spec.nothing=x", "metadata.name",
	} {
		found, err := maps.List(e, metav1.ListOptions{FieldSelector: selector, LabelSelector: "tier"})
		e.tell("fields "+selector, selected(found, err))
	}
	greetings := e.dynamic.Resource(greetingResource).Namespace(e.namespace)
	for _, text := range []string{"hello", "moin"} {
		if _, err := greetings.Create(e, greeting(text, map[string]any{"text": text}), metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	custom, err := greetings.List(e, metav1.ListOptions{FieldSelector: "spec.text=moin"})
	if err != nil {
		return err
	}
	e.tell("a field of a custom kind", []any{len(custom.Items), custom.Items[0].GetName()})
	return watchSelection(e)
}

func selected(list *corev1.ConfigMapList, err error) any {
	if err != nil {
		return said(err)
	}
	names := []string{}
	for _, item := range list.Items {
		names = append(names, item.Name)
	}
	return names
}

// watchSelection sees objects come into a selection and leave it.
func watchSelection(e *env) error {
	maps := e.kube.CoreV1().ConfigMaps(e.namespace)
	now, err := maps.List(e, metav1.ListOptions{})
	if err != nil {
		return err
	}
	seen, err := maps.Watch(e, metav1.ListOptions{LabelSelector: "tier=web", ResourceVersion: now.ResourceVersion})
	if err != nil {
		return err
	}
	defer seen.Stop()
	for name, tier := range map[string]string{"a": "db"} {
		object, err := maps.Get(e, name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		object.Labels["tier"] = tier
		if _, err = maps.Update(e, object, metav1.UpdateOptions{}); err != nil {
			return err
		}
	}
	object, err := maps.Get(e, "b", metav1.GetOptions{})
	if err != nil {
		return err
	}
	object.Labels["tier"] = "web"
	if _, err = maps.Update(e, object, metav1.UpdateOptions{}); err != nil {
		return err
	}
	events, err := next(seen, 2)
	e.tell("a watch of a selection", events)
	return err
}

// next is what a watch tells, name and type of each event.
func next(from watch.Interface, count int) ([]string, error) {
	var events []string
	deadline := time.After(10 * time.Second)
	for len(events) < count {
		select {
		case event, open := <-from.ResultChan():
			if !open {
				return events, fmt.Errorf("the watch ended after %d events", len(events))
			}
			events = append(events, describe(event))
		case <-deadline:
			return events, fmt.Errorf("%d of %d events", len(events), count)
		}
	}
	return events, nil
}

func describe(event watch.Event) string {
	switch object := event.Object.(type) {
	case *metav1.Status:
		return fmt.Sprintf("%s %d %s", event.Type, object.Code, object.Reason)
	case metav1.Object:
		text := fmt.Sprintf("%s %s", event.Type, object.GetName())
		if event.Type == watch.Bookmark && object.GetAnnotations()[metav1.InitialEventsAnnotationKey] == "true" {
			text += "end of what was there"
		}
		return text
	}
	return string(event.Type)
}

func tableSteps(e *env) error {
	if err := e.fill(2); err != nil {
		return err
	}
	if _, err := e.dynamic.Resource(greetingResource).Namespace(e.namespace).Create(e,
		greeting("hello", map[string]any{"text": "hello"}), metav1.CreateOptions{}); err != nil {
		return err
	}
	if _, err := e.kube.AppsV1().Deployments(e.namespace).Create(e, deployment("web", 2), metav1.CreateOptions{}); err != nil {
		return err
	}
	core := "/api/v1/namespaces/" + e.namespace
	for name, path := range map[string]string{
		"configmaps":  core + "/configmaps",
		"namespace":   core,
		"greetings":   "/apis/clients.test/v1/namespaces/" + e.namespace + "/greetings",
		"deployments": "/apis/apps/v1/namespaces/" + e.namespace + "/deployments",
	} {
		for _, include := range []string{"None", "Metadata", "Object"} {
			table, err := e.table(path, include)
			if err != nil {
				return err
			}
			e.tell(name+" including "+include, table)
		}
	}
	return nil
}

func (e *env) table(path, include string) (any, error) {
	text, err := e.kube.CoreV1().RESTClient().Get().AbsPath(path).
		SetHeader("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json").
		Param("includeObject", include).Param("fieldSelector", "metadata.name!=kube-root-ca.crt").
		DoRaw(e)
	if err != nil {
		return nil, err
	}
	table := metav1.Table{}
	if err := json.Unmarshal(text, &table); err != nil {
		return nil, err
	}
	var columns, rows []string
	age := -1
	for i, column := range table.ColumnDefinitions {
		columns = append(columns, fmt.Sprint(column.Name, " ", column.Type, " ", column.Format, " ", column.Priority))
		if column.Name == "Age" {
			age = i
		}
	}
	for _, row := range table.Rows {
		if age >= 0 {
			row.Cells[age] = "some"
		}
		object := metav1.PartialObjectMetadata{}
		if row.Object.Raw != nil {
			if err := json.Unmarshal(row.Object.Raw, &object); err != nil {
				return nil, err
			}
		}
		rows = append(rows, fmt.Sprint(row.Cells, " ", object.APIVersion, " ", object.Kind, " ", object.Name))
	}
	slices.Sort(rows)
	return map[string]any{"kind": table.APIVersion + " " + table.Kind, "columns": columns, "rows": rows}, nil
}

// watchSteps are watches as they are, without an informer.
func watchSteps(e *env) error {
	maps := e.kube.CoreV1().ConfigMaps(e.namespace)
	if err := e.fill(2); err != nil {
		return err
	}
	all, err := maps.Watch(e, metav1.ListOptions{
		FieldSelector: noRootCA, AllowWatchBookmarks: true, SendInitialEvents: new(true),
		ResourceVersionMatch: metav1.ResourceVersionMatchNotOlderThan,
	})
	if err != nil {
		return err
	}
	defer all.Stop()
	events, err := next(all, 3)
	slices.Sort(events[:min(2, len(events))])
	e.tell("with what is there", events)
	if err != nil {
		return err
	}
	if err := maps.Delete(e, "item-00", metav1.DeleteOptions{}); err != nil {
		return err
	}
	events, err = next(all, 1)
	e.tell("and what comes", events)
	if err != nil {
		return err
	}
	old, err := maps.Watch(e, metav1.ListOptions{FieldSelector: noRootCA})
	if err != nil {
		return err
	}
	defer old.Stop()
	events, err = next(old, 1)
	e.tell("without a version", events)
	if err != nil {
		return err
	}
	_, err = maps.Watch(e, metav1.ListOptions{SendInitialEvents: new(true)})
	e.tell("initial events without their match", said(err))
	_, err = maps.Watch(e, metav1.ListOptions{ResourceVersion: "nonsense"})
	e.tell("from a version that is none", err != nil)
	second := int64(1)
	short, err := maps.Watch(e, metav1.ListOptions{TimeoutSeconds: &second, ResourceVersion: "0", FieldSelector: "metadata.name=none"})
	if err != nil {
		return err
	}
	select {
	case event, open := <-short.ResultChan():
		e.tell("ends after its time", []any{open, event.Type})
	case <-time.After(10 * time.Second):
		return fmt.Errorf("the watch of a second goes on")
	}
	return nil
}
