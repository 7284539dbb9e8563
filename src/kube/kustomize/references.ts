import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import { editObject, gvkOf, type Id, type Item, idOf, withObject } from './item.ts';

/** Where objects of some kinds name one of another kind (kustomize `namereference.go`, for the kinds of Kubernetes). */
interface Naming {
  readonly of: string;
  readonly paths: readonly string[];
}

const pods = ['spec', 'spec/template/spec', 'spec/jobTemplate/spec/template/spec'] as const;
const inPods = (...paths: readonly string[]): readonly string[] =>
  pods.flatMap((root) => paths.map((path) => `${root}/${path}`));
const containers = (...paths: readonly string[]): readonly string[] =>
  inPods(
    ...['containers[]', 'initContainers[]'].flatMap((of) => paths.map((path) => `${of}/${path}`)),
  );

const namings: readonly Naming[] = [
  {
    of: 'ConfigMap',
    paths: [
      ...inPods('volumes[]/configMap/name', 'volumes[]/projected/sources[]/configMap/name'),
      ...containers('env[]/valueFrom/configMapKeyRef/name', 'envFrom[]/configMapRef/name'),
    ],
  },
  {
    of: 'Secret',
    paths: [
      ...inPods(
        'volumes[]/secret/secretName',
        'volumes[]/projected/sources[]/secret/name',
        'volumes[]/csi/nodePublishSecretRef/name',
        'imagePullSecrets[]/name',
      ),
      ...containers('env[]/valueFrom/secretKeyRef/name', 'envFrom[]/secretRef/name'),
      'secrets[]/name',
      'imagePullSecrets[]/name',
      'spec/tls[]/secretName',
    ],
  },
  { of: 'ServiceAccount', paths: inPods('serviceAccountName', 'serviceAccount') },
  {
    of: 'PersistentVolumeClaim',
    paths: inPods('volumes[]/persistentVolumeClaim/claimName'),
  },
  { of: 'PersistentVolume', paths: ['spec/volumeName'] },
  { of: 'PriorityClass', paths: inPods('priorityClassName') },
  {
    of: 'StorageClass',
    paths: ['spec/storageClassName', 'spec/volumeClaimTemplates[]/spec/storageClassName'],
  },
  {
    of: 'Service',
    paths: [
      'spec/serviceName',
      'spec/rules[]/http/paths[]/backend/service/name',
      'spec/defaultBackend/service/name',
      'spec/service/name',
      'webhooks[]/clientConfig/service/name',
    ],
  },
  { of: 'IngressClass', paths: ['spec/ingressClassName'] },
];

/** Follows names that changed from `before` to `after`: items of both lists stand at the same places. */
export function followNames(before: readonly Item[], after: readonly Item[]): readonly Item[] {
  const changes = before.flatMap((item, at) => {
    const now = after[at];
    if (now === undefined) return [];
    const [from, to] = [idOf(item.object), idOf(now.object)];
    const isSame = from.name === to.name && from.namespace === to.namespace;
    return isSame
      ? []
      : [{ kind: gvkOf(item.object).kind, group: gvkOf(item.object).group, from, to }];
  });
  if (changes.length === 0) return after;
  return after.map((item, at) => follow(item, idOf((before[at] ?? item).object), changes));
}

interface Change {
  readonly kind: string;
  readonly group: string;
  readonly from: Id;
  readonly to: Id;
}

function follow(item: Item, was: Id, changes: readonly Change[]): Item {
  let { object } = item;
  const isNear = (namespace: string): boolean =>
    namespace === was.namespace || namespace === '' || was.namespace === '';
  const change = (kind: string, name: Json | undefined, namespace = was.namespace) =>
    changes.find(
      ({ kind: of, from }) =>
        of === kind &&
        from.name === name &&
        (from.namespace === namespace || isNear(from.namespace)),
    );
  for (const { of, paths } of namings) {
    for (const path of paths) {
      object = editObject(object, path, false, (name) => change(of, name)?.to.name ?? name);
    }
  }
  const { kind } = gvkOf(object);
  if (kind === 'RoleBinding' || kind === 'ClusterRoleBinding') {
    object = editObject(object, 'roleRef', false, (ref) => renamedRef(ref, change));
    object = editObject(object, 'subjects[]', false, (subject) => renamedSubject(subject, changes));
  }
  if (kind === 'HorizontalPodAutoscaler') {
    object = editObject(object, 'spec/scaleTargetRef', false, (ref) => renamedRef(ref, change));
  }
  return withObject(item, object);
}

function renamedRef(
  ref: Json | undefined,
  change: (kind: string, name: Json | undefined) => Change | undefined,
): Json | undefined {
  if (!isJsonObject(ref) || typeof ref['kind'] !== 'string') return ref;
  const found = change(ref['kind'], ref['name']);
  return found === undefined ? ref : { ...ref, name: found.to.name };
}

/** A subject names its account with its namespace. */
function renamedSubject(subject: Json | undefined, changes: readonly Change[]): Json | undefined {
  if (!isJsonObject(subject) || subject['kind'] !== 'ServiceAccount') return subject;
  const { name, namespace } = subject as JsonObject;
  const found = changes.find(
    ({ kind, from }) =>
      kind === 'ServiceAccount' &&
      from.name === name &&
      (namespace === undefined || from.namespace === namespace || from.namespace === ''),
  );
  if (found === undefined) return subject;
  const moved = found.to.namespace === '' ? {} : { namespace: found.to.namespace };
  return { ...subject, name: found.to.name, ...moved };
}
