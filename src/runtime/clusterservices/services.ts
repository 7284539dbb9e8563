import { isJsonObject, type Json } from '../../base/json.ts';
import type { Ref } from '../../kube/object.ts';
import { type CertificateAndKey, signClientRequest } from '../certificates/authority.ts';
import type { Cluster } from '../client/cluster.ts';
import type { Controller, Evaluated, Evaluation } from '../control/controller.ts';
import type { Evaluator } from '../control/evaluations.ts';
import { collectionController } from './collection/controller.ts';
import { deploymentSimulator } from './deployments/controller.ts';
import { type AnyIn, namespaceController } from './namespace/controller.ts';
import { requestCleaner } from './signing/cleaner.ts';
import { type SignInput, signingController } from './signing/controller.ts';
import { accountTokens, namespaceDefaults, type TokenInput } from './tokens/controller.ts';

export interface ClusterServicesOptions {
  /** What clients trust the API server by. */
  readonly caPem: string;
  /** Local clusters have no nodes: the status of Deployments is simulated. Never on a hub. */
  readonly simulateDeployments: boolean;
}

/** What kube-controller-manager does for a cluster, as far as OCM needs it (architecture.md §5.1). */
export function clusterServices(options: ClusterServicesOptions): readonly Controller[] {
  return [
    signingController,
    requestCleaner,
    namespaceController,
    collectionController,
    namespaceDefaults(options),
    accountTokens(options),
    ...(options.simulateDeployments ? [deploymentSimulator] : []),
  ];
}

export interface EvaluatorOptions {
  /** The CA whose client certificates the API server accepts, with its key. */
  readonly authority: CertificateAndKey;
  readonly cluster: Cluster;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A certificate is valid from a little before now, for clocks that are behind. */
const backdateMillis = 5 * 60_000;
/** Nearly for ever: deleting the Secret, to which the token is bound, is the way to take it back. */
const tokenSeconds = 10 * 365 * 24 * 3600;

/** Answers what the cluster services ask: signatures, tokens, and looks past the cache. */
export function clusterServicesEvaluator(options: EvaluatorOptions): Evaluator {
  return {
    evaluate: async ({ pass, input }: Evaluation): Promise<Evaluated> => {
      switch (pass) {
        case 'sign':
          return { ok: true, outcome: await sign(input as unknown as SignInput, options) };
        case 'lookup':
          return lookUp(input as unknown as Ref, options.cluster);
        case 'anyIn':
          return anyIn(input as unknown as AnyIn, options.cluster);
        case 'token':
          return token(input as unknown as TokenInput, options.cluster);
        default:
          return { ok: false, reason: 'InternalError' };
      }
    },
  };
}

async function sign(
  { request, seconds }: SignInput,
  { authority, now }: EvaluatorOptions,
): Promise<Json> {
  const at = now();
  const signed = await signClientRequest(authority, request, {
    notBefore: at - backdateMillis,
    notAfter: at + seconds * 1000,
  });
  return signed.ok ? { certificate: signed.certificatePem } : { why: signed.why };
}

/**
 * Asks for a list by name: to the question for one object an API server answers the same where it does not have the kind,
 * or no longer under the path we know, and that says nothing about the object.
 */
async function lookUp({ namespace, name, ...kind }: Ref, cluster: Cluster): Promise<Evaluated> {
  const fieldSelector = `metadata.name=${name.replace(/[\\,=]/g, '\\$&')}`;
  const listed = await cluster.list(kind, { ...(namespace && { namespace }), fieldSelector });
  if (!listed.ok) {
    if (listed.status === 404) return { ok: true, outcome: { kindUnknown: true } };
    return { ok: false, reason: 'InternalError' };
  }
  const found = listed.value.items.find(
    ({ metadata }) => metadata.name === name && (metadata.namespace ?? '') === namespace,
  );
  const { uid = null, ownerReferences = [] } = found?.metadata ?? {};
  return { ok: true, outcome: { uid, owners: ownerReferences.map((owner) => ({ ...owner })) } };
}

/** Whether there are objects of some kinds in a namespace; of a kind the API server does not have there are none. */
async function anyIn({ namespace, kinds }: AnyIn, cluster: Cluster): Promise<Evaluated> {
  for (const kind of kinds) {
    const listed = await cluster.list(kind, { namespace, limit: 1 });
    if (!listed.ok && listed.status !== 404) return { ok: false, reason: 'InternalError' };
    if (listed.ok && listed.value.items.length > 0) return { ok: true, outcome: true };
  }
  return { ok: true, outcome: false };
}

async function token(
  { namespace, account, secret }: TokenInput,
  cluster: Cluster,
): Promise<Evaluated> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`;
  const answer = await cluster.request('POST', path, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: {
      expirationSeconds: tokenSeconds,
      boundObjectRef: { apiVersion: 'v1', kind: 'Secret', ...secret },
    },
  });
  const status = answer.ok && isJsonObject(answer.value) ? answer.value['status'] : undefined;
  const text = isJsonObject(status) ? status['token'] : undefined;
  if (typeof text !== 'string') return { ok: false, reason: 'InternalError' };
  return { ok: true, outcome: { token: text } };
}
