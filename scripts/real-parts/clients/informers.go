package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	watchtools "k8s.io/client-go/tools/watch"
)

const noRootCA = "metadata.name!=kube-root-ca.crt"

// told is what an informer told its handler, in order.
type told struct {
	mutex  sync.Mutex
	events []string
}

func (t *told) note(text string) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.events = append(t.events, text)
}

func (t *told) all() []string {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return slices.Clone(t.events)
}

func (t *told) OnAdd(object any, initial bool) {
	text := "add "
	if initial {
		text = "found "
	}
	t.note(text + object.(metav1.Object).GetName())
}

func (t *told) OnUpdate(old, object any) {
	before, after := old.(*corev1.ConfigMap), object.(*corev1.ConfigMap)
	if before.ResourceVersion != after.ResourceVersion {
		t.note(fmt.Sprint("update ", after.Name, " ", after.Data))
	}
}

func (t *told) OnDelete(object any) {
	if unknown, is := object.(cache.DeletedFinalStateUnknown); is {
		object = unknown.Obj
	}
	t.note("delete " + object.(metav1.Object).GetName())
}

// follow runs an informer on ConfigMaps until the returned function is called.
func (e *env) follow(config *rest.Config) (*told, cache.SharedIndexInformer, func(), error) {
	factory := informers.NewSharedInformerFactoryWithOptions(kubernetes.NewForConfigOrDie(config), 0,
		informers.WithNamespace(e.namespace),
		informers.WithTweakListOptions(func(options *metav1.ListOptions) { options.FieldSelector = noRootCA }))
	informer := factory.Core().V1().ConfigMaps().Informer()
	events := &told{}
	if _, err := informer.AddEventHandler(events); err != nil {
		return nil, nil, nil, err
	}
	ctx, stop := context.WithCancel(e)
	factory.Start(ctx.Done())
	if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
		stop()
		return nil, nil, nil, fmt.Errorf("the informer did not sync")
	}
	return events, informer, func() { stop(); factory.Shutdown() }, nil
}

// change makes one change of each sort.
func (e *env) change(client kubernetes.Interface) error {
	maps := client.CoreV1().ConfigMaps(e.namespace)
	if _, err := maps.Create(e, configMap("new", nil), metav1.CreateOptions{}); err != nil {
		return err
	}
	if _, err := maps.Update(e, configMap("item-00", map[string]string{"n": "changed"}), metav1.UpdateOptions{}); err != nil {
		return err
	}
	return maps.Delete(e, "item-01", metav1.DeleteOptions{})
}

func informerSteps(e *env) error {
	if err := e.fill(2); err != nil {
		return err
	}
	seen := &wire{}
	events, informer, stop, err := e.follow(seen.on(e.config))
	if err != nil {
		return err
	}
	defer stop()
	if err := e.until("two are found", func() (bool, error) { return len(events.all()) >= 2, nil }); err != nil {
		return err
	}
	first := events.all()
	slices.Sort(first)
	e.tell("at first", first)
	if err := e.change(e.kube); err != nil {
		return err
	}
	if err := e.until("changes are told", func() (bool, error) { return len(events.all()) >= 5, nil }); err != nil {
		return err
	}
	e.tell("then", events.all()[2:])
	keys := informer.GetStore().ListKeys()
	slices.Sort(keys)
	e.tell("in the store", keys)
	e.tell("read by", seen.reads())
	return nil
}

// proxy passes connections on, and can be cut.
type proxy struct {
	listener net.Listener
	target   string
	mutex    sync.Mutex
	open     map[net.Conn]bool
	refuse   bool
}

func startProxy(target string) (*proxy, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &proxy{listener: listener, target: target, open: map[net.Conn]bool{}}
	go p.serve()
	return p, nil
}

func (p *proxy) serve() {
	for {
		from, err := p.listener.Accept()
		if err != nil {
			return
		}
		to, err := net.Dial("tcp", p.target)
		if err != nil || !p.keep(from, to) {
			from.Close()
			if err == nil {
				to.Close()
			}
			continue
		}
		pass := func(into, out net.Conn) {
			io.Copy(into, out)
			into.Close()
			out.Close()
		}
		go pass(from, to)
		go pass(to, from)
	}
}

func (p *proxy) keep(connections ...net.Conn) bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for _, connection := range connections {
		p.open[connection] = true
	}
	return !p.refuse
}

// cut ends all connections, and refuses further ones until it is healed.
func (p *proxy) cut() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.refuse = true
	for connection := range p.open {
		connection.Close()
	}
	clear(p.open)
}

func (p *proxy) heal() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.refuse = false
}

// cutSteps has an informer go on from the version it had, as often as its connection is cut.
func cutSteps(e *env) error {
	if err := e.fill(2); err != nil {
		return err
	}
	address, err := url.Parse(e.config.Host)
	if err != nil {
		return err
	}
	between, err := startProxy(address.Host)
	if err != nil {
		return err
	}
	defer between.listener.Close()
	through := rest.CopyConfig(e.config)
	through.Host = "https://" + between.listener.Addr().String()
	seen := &wire{}
	events, _, stop, err := e.follow(seen.on(through))
	if err != nil {
		return err
	}
	defer stop()
	if err := e.until("two are found", func() (bool, error) { return len(events.all()) >= 2, nil }); err != nil {
		return err
	}
	resumed, err := e.retryWatcher(through)
	if err != nil {
		return err
	}
	defer resumed.Stop()
	between.cut()
	if err := e.change(e.kube); err != nil {
		return err
	}
	between.heal()
	if err := e.until("changes are told", func() (bool, error) { return len(events.all()) >= 5, nil }); err != nil {
		return err
	}
	// begun again with what is there, it tells changes of different objects in any order
	changes := events.all()[2:]
	slices.Sort(changes)
	e.tell("told after the first cut", changes)
	between.cut()
	between.heal()
	if _, err := e.kube.CoreV1().ConfigMaps(e.namespace).Create(e, configMap("last", nil), metav1.CreateOptions{}); err != nil {
		return err
	}
	if err := e.until("the last is told", func() (bool, error) { return len(events.all()) >= 6, nil }); err != nil {
		return err
	}
	e.tell("told after the second", events.all()[5:])
	continued, err := next(resumed, 4)
	if err != nil {
		return err
	}
	e.tell("a watch that is resumed missed and repeated nothing", continued)
	e.tell("read by", seen.reads())
	return nil
}

// retryWatcher watches from now on, and on from where it was whenever its connection ends.
func (e *env) retryWatcher(config *rest.Config) (watch.Interface, error) {
	maps := kubernetes.NewForConfigOrDie(config).CoreV1().ConfigMaps(e.namespace)
	now, err := maps.List(e, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	return watchtools.NewRetryWatcherWithContext(e, now.ResourceVersion, &cache.ListWatch{
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
			options.FieldSelector = noRootCA
			return maps.Watch(ctx, options)
		},
	})
}

// expiredSteps has a reflector go on from a version that the server no longer knows: kube-apiserver forgets when it is
// restarted, which restartSteps has done.
func expiredSteps(e *env) error {
	maps := e.kube.CoreV1().ConfigMaps(e.namespace)
	if err := e.fill(2); err != nil {
		return err
	}
	// more than any server keeps of the history of a kind
	large := configMap("large", map[string]string{"x": strings.Repeat("x", 1_000_000)})
	if _, err := maps.Create(e, large, metav1.CreateOptions{}); err != nil {
		return err
	}
	for i := range 12 {
		large.Data["n"] = fmt.Sprint(i)
		if _, err := maps.Update(e, large, metav1.UpdateOptions{}); err != nil {
			return err
		}
	}
	if err := maps.Delete(e, "large", metav1.DeleteOptions{}); err != nil {
		return err
	}
	_, err := maps.List(e, metav1.ListOptions{ResourceVersion: "999999999", ResourceVersionMatch: metav1.ResourceVersionMatchNotOlderThan})
	e.tell("a version of the future", []any{apierrors.IsTimeout(err), apierrors.HasStatusCause(err, metav1.CauseTypeResourceVersionTooLarge)})
	raw, err := maps.Watch(e, metav1.ListOptions{ResourceVersion: "1", FieldSelector: noRootCA})
	if err != nil {
		e.tell("a watch from long ago", said(err))
	} else {
		events, err := next(raw, 1)
		raw.Stop()
		if err != nil {
			return err
		}
		e.tell("a watch from long ago", events)
	}
	return reflectFromLongAgo(e)
}

func reflectFromLongAgo(e *env) error {
	maps := e.kube.CoreV1().ConfigMaps(e.namespace)
	steps := &told{}
	var current watch.Interface
	resumed := make(chan struct{}, 10)
	source := &cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
			steps.note("list")
			return maps.List(ctx, options)
		},
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
			options.FieldSelector = noRootCA
			switch {
			case len(steps.all()) == 1:
				steps.note("watch from long ago")
				options = metav1.ListOptions{ResourceVersion: "1", FieldSelector: noRootCA}
			case options.SendInitialEvents != nil:
				steps.note("watch with what is there")
			default:
				steps.note("watch from a version")
			}
			next, err := maps.Watch(ctx, options)
			current = next
			resumed <- struct{}{}
			return next, err
		},
	}
	events := &told{}
	_, informer := cache.NewInformerWithOptions(cache.InformerOptions{
		ListerWatcher: cache.ToListWatcherWithWatchListSemantics(source, e.kube),
		ObjectType:    &corev1.ConfigMap{}, Handler: events,
	})
	ctx, stop := context.WithCancel(e)
	defer stop()
	go informer.RunWithContext(ctx)
	if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
		return fmt.Errorf("the informer did not sync")
	}
	<-resumed
	if _, err := maps.Create(e, configMap("new", nil), metav1.CreateOptions{}); err != nil {
		return err
	}
	if err := e.until("it follows", func() (bool, error) { return len(events.all()) >= 3, nil }); err != nil {
		return err
	}
	current.Stop()
	for range 2 {
		select {
		case <-resumed:
		case <-time.After(20 * time.Second):
			return fmt.Errorf("it does not begin again: %v", steps.all())
		}
	}
	if err := maps.Delete(e, "item-00", metav1.DeleteOptions{}); err != nil {
		return err
	}
	err := e.until("it has begun again", func() (bool, error) {
		all := events.all()
		return slices.Contains(all, "delete item-00"), fmt.Errorf("told: %v", all)
	})
	e.tell("what it did", steps.all())
	e.tell("what it told after", events.all()[3:])
	return err
}

// restartSteps has informers go on after the server was killed and came back on its data.
func restartSteps(e *env) error {
	if err := e.fill(2); err != nil {
		return err
	}
	events, informer, stop, err := e.follow(e.config)
	if err != nil {
		return err
	}
	defer stop()
	if err := e.restart(); err != nil {
		return err
	}
	if err := e.until("the server is back", func() (bool, error) {
		_, err := e.kube.CoreV1().Namespaces().Get(e, e.namespace, metav1.GetOptions{})
		return err == nil, err
	}); err != nil {
		return err
	}
	if err := e.change(e.kube); err != nil {
		return err
	}
	if err := e.until("changes are told", func() (bool, error) {
		return len(events.all()) >= 5, fmt.Errorf("told: %v", events.all())
	}); err != nil {
		return err
	}
	after := events.all()[2:]
	slices.Sort(after)
	e.tell("told after the restart", after)
	keys := informer.GetStore().ListKeys()
	slices.Sort(keys)
	e.tell("in the store", keys)
	return nil
}
