import { own } from '../schema/own.ts';
import type { Schema } from '../schema/schema.ts';
import {
  anything,
  atomic,
  listBy,
  mapOf,
  plain,
  type Shape,
  setOf,
  shapeOfSchema,
  struct,
} from './shape.ts';

// What the OpenAPI document of Kubernetes 1.35 says about lists and maps of its kinds (x-kubernetes-list-type,
// -list-map-keys, -map-type, -patch-merge-key); lists that are not named are atomic.

const texts = mapOf(anything);

/** `metav1.ObjectMeta`. */
export const metadataShape = struct({
  labels: texts,
  annotations: texts,
  finalizers: setOf,
  ownerReferences: listBy('uid', atomic),
});

const conditions = listBy('type', plain);
/** Server-side apply replaces these, strategic merge patch merges them. */
const patchedConditions: Shape = { of: 'atomic', patchKey: 'type' };
const status = struct({ conditions });
const withConditions = struct({ status });

const container = struct({
  env: listBy(
    'name',
    struct({
      valueFrom: struct({
        configMapKeyRef: atomic,
        fieldRef: atomic,
        resourceFieldRef: atomic,
        secretKeyRef: atomic,
      }),
    }),
  ),
  ports: listBy('containerPort protocol=TCP', plain),
  volumeMounts: listBy('mountPath', plain),
  volumeDevices: listBy('devicePath', plain),
  resources: struct({ limits: texts, requests: texts, claims: listBy('name', plain) }),
});
const podSpec = struct({
  containers: listBy('name', container),
  initContainers: listBy('name', container),
  ephemeralContainers: listBy('name', container),
  volumes: listBy('name', plain),
  imagePullSecrets: listBy('name', atomic),
  hostAliases: listBy('ip', plain),
  topologySpreadConstraints: listBy(
    'topologyKey whenUnsatisfiable',
    struct({ labelSelector: atomic }),
  ),
  schedulingGates: listBy('name', plain),
  resourceClaims: listBy('name', plain),
  nodeSelector: atomic,
  overhead: texts,
});
const template = struct({ metadata: metadataShape, spec: podSpec });
const workload = struct({ spec: struct({ selector: atomic, template }), status });
const job = struct({ selector: atomic, template });
const selecting = struct({ spec: struct({ selector: atomic }), status });
const webhooks = struct({
  webhooks: listBy(
    'name',
    struct({
      namespaceSelector: atomic,
      objectSelector: atomic,
      matchConditions: listBy('name', plain),
    }),
  ),
});
const data = struct({ data: texts, binaryData: texts, stringData: texts });
const binding = struct({ roleRef: atomic });
const event = struct({ involvedObject: atomic, related: atomic });

/** By `group/Kind`; of other built-in kinds nothing needs saying. */
const shapes: Readonly<Record<string, Shape>> = {
  '/ConfigMap': data,
  '/Secret': data,
  '/ServiceAccount': struct({ secrets: listBy('name', atomic) }),
  '/Namespace': struct({ status }),
  '/Node': struct({
    spec: struct({ podCIDRs: setOf }),
    status: struct({ conditions, addresses: listBy('type', plain), capacity: texts }),
  }),
  '/Event': event,
  'events.k8s.io/Event': event,
  '/Pod': struct({
    spec: podSpec,
    status: struct({ conditions, podIPs: listBy('ip', plain), hostIPs: atomic }),
  }),
  '/PodTemplate': struct({ template }),
  '/ReplicationController': struct({ spec: struct({ selector: atomic, template }), status }),
  '/Service': struct({
    spec: struct({ ports: listBy('port protocol=TCP', plain), selector: atomic }),
    status,
  }),
  '/PersistentVolumeClaim': selecting,
  'apps/Deployment': workload,
  'apps/ReplicaSet': workload,
  'apps/DaemonSet': workload,
  'apps/StatefulSet': workload,
  'batch/Job': struct({ spec: job, status: struct({ conditions: patchedConditions }) }),
  'batch/CronJob': struct({
    spec: struct({ jobTemplate: struct({ metadata: metadataShape, spec: job }) }),
  }),
  'policy/PodDisruptionBudget': selecting,
  'autoscaling/HorizontalPodAutoscaler': withConditions,
  'networking.k8s.io/NetworkPolicy': struct({ spec: struct({ podSelector: atomic }) }),
  'networking.k8s.io/Ingress': struct({ spec: struct({ defaultBackend: plain }) }),
  'rbac.authorization.k8s.io/RoleBinding': binding,
  'rbac.authorization.k8s.io/ClusterRoleBinding': binding,
  'certificates.k8s.io/CertificateSigningRequest': withConditions,
  'apiextensions.k8s.io/CustomResourceDefinition': withConditions,
  'apiregistration.k8s.io/APIService': withConditions,
  'flowcontrol.apiserver.k8s.io/FlowSchema': withConditions,
  'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration': withConditions,
  'discovery.k8s.io/EndpointSlice': struct({ addresses: setOf }),
  'admissionregistration.k8s.io/MutatingWebhookConfiguration': webhooks,
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration': webhooks,
};

/** How objects of a kind are merged: by its schema where it has one, else as Kubernetes' own kinds are. */
export function shapeOf(
  kind: { readonly group: string; readonly kind: string },
  schema?: Schema,
): Shape {
  const shape = schema
    ? shapeOfSchema(schema)
    : (own(shapes, `${kind.group}/${kind.kind}`) ?? plain);
  if (shape.of !== 'object') return shapeOf(kind);
  return { ...shape, fields: { ...shape.fields, metadata: metadataShape } };
}
