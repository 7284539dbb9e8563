import { type Secret, secretKind } from '../../../kube/core.ts';
import type { Answer, Cluster } from '../../client/cluster.ts';
import { credentialTexts, type HubCredential, readCredential } from './hub-credential.ts';

/** Where an agent keeps its credential on its cluster, as upstream does. */
export interface SecretPlace {
  readonly namespace: string;
  readonly name: string;
}

/** Upstream's place. */
export const usualSecret: SecretPlace = {
  namespace: 'open-cluster-management-agent',
  name: 'hub-kubeconfig-secret',
};

/** The credential in the Secret, null where there is none. */
export async function loadFromSecret(
  cluster: Cluster,
  { namespace, name }: SecretPlace,
): Promise<HubCredential | null> {
  const answer = await cluster.get<Secret>(secretKind, namespace, name);
  if (!answer.ok) return null;
  const { data } = answer.value;
  return readCredential((file) => {
    const text = data?.[file];
    return text === undefined ? null : Buffer.from(text, 'base64').toString('utf8');
  });
}

/** Writes the credential into the Secret; what else is in it stays. */
export async function saveToSecret(
  cluster: Cluster,
  place: SecretPlace,
  credential: HubCredential,
): Promise<Answer<unknown>> {
  const data = Object.fromEntries(
    Object.entries(credentialTexts(credential)).map(([file, text]) => [
      file,
      Buffer.from(text, 'utf8').toString('base64'),
    ]),
  );
  const secret: Secret = { apiVersion: 'v1', kind: 'Secret', metadata: place, data };
  const created = await cluster.create(secret);
  if (created.ok || created.status !== 409) return created;
  return cluster.mergePatch({ ...secretKind, ...place }, { data });
}
