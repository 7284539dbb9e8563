import type { Json } from '../../base/json.ts';
import { isJsonObject } from '../../base/json.ts';
import { type KubeObject, refKey, refOf } from '../../kube/object.ts';
import type { Cluster } from '../../runtime/client/cluster.ts';
import {
  agentAdmissionObjects,
  placementAdmissionObjects,
} from '../../runtime/hub/init/admission.ts';
import {
  bootstrapAccount,
  bootstrapObjects,
  hubNamespace,
  programObjects,
} from '../../runtime/hub/init/objects.ts';
import { CommandFailure, exit } from '../io.ts';
import { bringDefinitions } from './definitions.ts';

export interface InitOptions {
  /** Namespaces whose programs get an account and rights. */
  readonly programNamespaces: readonly string[];
  /** CustomResourceDefinitions to bring first; the embedded hub has the kinds built in. */
  readonly definitions: readonly KubeObject[];
  /** Have the API server refuse what nobody can decide; the embedded hub does so by itself. */
  readonly refusals?: boolean;
}

/** Brings a hub to where agents can join and programs can be applied; doing it again changes nothing. */
export async function initHub(hub: Cluster, options: InitOptions): Promise<void> {
  await bringDefinitions(hub, options.definitions);
  const objects = [
    ...bootstrapObjects(),
    ...options.programNamespaces.flatMap((namespace) => programObjects(namespace)),
    ...(options.refusals === true
      ? [...placementAdmissionObjects(), ...agentAdmissionObjects()]
      : []),
  ];
  for (const round of rounds(objects)) {
    await Promise.all(round.map((object) => applyOne(hub, object)));
  }
}

/** Objects that may be written at once, each one time: what others need is in an earlier round. */
function rounds(objects: readonly KubeObject[]): readonly (readonly KubeObject[])[] {
  const each = [...new Map(objects.map((object) => [refKey(refOf(object)), object])).values()];
  const rank = ({ kind }: KubeObject): number =>
    kind === 'Namespace' ? 0 : kind === 'ClusterRoleBinding' ? 2 : 1;
  return [0, 1, 2].map((round) => each.filter((object) => rank(object) === round));
}

/** A token of the account agents join with. */
export async function bootstrapToken(hub: Cluster, seconds = 24 * 3600): Promise<string> {
  const path = `/api/v1/namespaces/${hubNamespace}/serviceaccounts/${bootstrapAccount}/token`;
  const body: Json = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: seconds },
  };
  const answer = await hub.request('POST', path, body);
  const status = answer.ok && isJsonObject(answer.value) ? answer.value['status'] : undefined;
  if (isJsonObject(status) && typeof status['token'] === 'string') return status['token'];
  const why = answer.ok ? 'the answer holds no token' : answer.message;
  throw new CommandFailure(exit.environment, `no bootstrap token from ${hub.address}: ${why}`);
}

async function applyOne(hub: Cluster, object: KubeObject): Promise<void> {
  const answer = await hub.apply(object, { fieldManager: 'ocm-init', force: true });
  if (answer.ok) return;
  throw new CommandFailure(
    exit.environment,
    `${hub.address} refuses ${object.kind} ${object.metadata.name}: ${answer.message}`,
  );
}
