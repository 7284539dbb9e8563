import { jsonHash } from '../../../base/hash.ts';
import { type Instant, plus } from '../../../base/instant.ts';
import { isJsonObject } from '../../../base/json.ts';
import {
  type ConfigMap,
  configMapKind,
  namespaceKind,
  type Secret,
  type ServiceAccount,
  secretKind,
  serviceAccountAnnotations,
  serviceAccountKind,
  serviceAccountTokenType,
} from '../../../kube/core.ts';
import { type KubeObject, keyOf, parseKey, refOf } from '../../../kube/object.ts';
import {
  type Controller,
  done,
  type Index,
  indexed,
  type Outcome,
  type Snapshot,
  watch,
} from '../../control/controller.ts';

/** The ConfigMap every namespace has, with the CA that clients trust the API server by. */
export const rootCaName = 'kube-root-ca.crt';

/**
 * Gives every namespace its `default` service account and the API server's CA, as kube-controller-manager's
 * serviceaccount and root-ca-cert-publisher controllers do.
 */
export function namespaceDefaults({ caPem }: { readonly caPem: string }): Controller {
  return {
    name: 'namespace-defaults',
    watches: [
      watch({ kind: namespaceKind, keys: ({ metadata }) => [metadata.name] }),
      watch({ kind: serviceAccountKind, keys: (of) => (isDefault(of) ? [namespaceOf(of)] : []) }),
      watch({ kind: configMapKind, keys: (of) => (isRootCa(of) ? [namespaceOf(of)] : []) }),
    ],
    reconcile(name, snapshot): Outcome {
      const namespace = snapshot.get(namespaceKind, '', name);
      if (namespace === undefined || namespace.metadata.deletionTimestamp) return done;
      const metadata = { name: 'default', namespace: name };
      const account: ServiceAccount = { apiVersion: 'v1', kind: 'ServiceAccount', metadata };
      const ca: ConfigMap = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: rootCaName, namespace: name },
        data: { 'ca.crt': caPem },
      };
      const published = snapshot.get<ConfigMap>(configMapKind, name, rootCaName);
      return {
        actions: [
          { do: 'create', object: account, independent: true },
          published === undefined
            ? { do: 'create', object: ca, independent: true }
            : { do: 'patch', of: refOf(published), patch: { data: { ...ca.data } } },
        ],
      };
    },
  };
}

/** The question a pass asks: a token that holds as long as the Secret does. */
export interface TokenInput {
  readonly namespace: string;
  readonly account: string;
  readonly secret: { readonly name: string; readonly uid: string };
}

const secretsOfAccount: Index<Secret> = {
  name: 'token-secrets-of-account',
  kind: secretKind,
  keys: (secret) => {
    const account = accountOf(secret);
    return account === undefined ? [] : [`${namespaceOf(secret)}/${account}`];
  },
};

/** Milliseconds after which a question whose answer failed or is old is asked anew. */
const askAgainAfter = 10_000;

/**
 * Fills Secrets of the type `kubernetes.io/service-account-token` with a token of their account, and deletes them with
 * it, as kube-controller-manager's tokens controller does. That an account is gone is looked up, never concluded from
 * the cache.
 */
export function accountTokens({ caPem }: { readonly caPem: string }): Controller {
  return {
    name: 'account-tokens',
    indexes: [indexed(secretsOfAccount)],
    watches: [
      watch({
        kind: secretKind,
        keys: (secret: Secret) => (accountOf(secret) === undefined ? [] : [keyOf(secret)]),
      }),
      watch({
        kind: serviceAccountKind,
        keys: (account, snapshot) => snapshot.list(secretsOfAccount, keyOf(account)).map(keyOf),
      }),
    ],
    reconcile(key, snapshot, now): Outcome {
      const { namespace, name } = parseKey(key);
      const secret = snapshot.get<Secret>(secretKind, namespace, name);
      const account = secret && accountOf(secret);
      if (secret === undefined || account === undefined) return done;
      if (secret.metadata.deletionTimestamp) return done;
      const uid = snapshot.get(serviceAccountKind, namespace, account)?.metadata.uid;
      const annotated = secret.metadata.annotations?.[serviceAccountAnnotations.uid];
      if (annotated !== undefined && annotated !== uid) {
        return withoutAccount(secret, { account, uid: annotated }, snapshot, now);
      }
      // The account may still come.
      if (uid === undefined) return done;
      if (secret.data?.['token'] && annotated === uid) return done;
      return filled(secret, { account, uid, caPem }, snapshot, now);
    },
  };
}

/** A secret whose account is gone, or was replaced by another of the name, goes too. */
function withoutAccount(
  secret: Secret,
  of: { readonly account: string; readonly uid: string },
  snapshot: Snapshot,
  now: Instant,
): Outcome {
  const ref = { group: '', version: 'v1', kind: 'ServiceAccount', name: of.account };
  const input = { ...ref, namespace: namespaceOf(secret) };
  const round = Math.floor(now / askAgainAfter);
  const id = jsonHash({ lookup: input, uid: of.uid, round });
  const again = plus(now, askAgainAfter);
  const answer = snapshot.evaluated(id);
  if (answer === undefined) {
    return { actions: [], evaluate: [{ id, pass: 'lookup', input }], again };
  }
  const found = answer.ok && isJsonObject(answer.outcome) ? answer.outcome : undefined;
  if (found === undefined || found['uid'] === of.uid) return { actions: [], again };
  const { uid } = secret.metadata;
  return { actions: [{ do: 'delete', of: refOf(secret), ...(uid && { ifUid: uid }) }] };
}

function filled(
  secret: Secret,
  of: { readonly account: string; readonly uid: string; readonly caPem: string },
  snapshot: Snapshot,
  now: Instant,
): Outcome {
  const namespace = namespaceOf(secret);
  const { name, uid = '' } = secret.metadata;
  const input: TokenInput = { namespace, account: of.account, secret: { name, uid } };
  const question = { token: input, account: of.uid };
  const first = jsonHash(question);
  const round = Math.floor(now / askAgainAfter);
  const id = snapshot.evaluated(first)?.ok === false ? jsonHash({ ...question, round }) : first;
  const answer = snapshot.evaluated(id);
  if (answer === undefined) {
    return { actions: [], evaluate: [{ id, pass: 'token', input: { ...input } }] };
  }
  const token = answer.ok && isJsonObject(answer.outcome) ? answer.outcome['token'] : undefined;
  if (typeof token !== 'string') return { actions: [], again: plus(now, askAgainAfter) };
  const data = { token: btoa(token), 'ca.crt': btoa(of.caPem), namespace: btoa(namespace) };
  const metadata = { annotations: { [serviceAccountAnnotations.uid]: of.uid } };
  return { actions: [{ do: 'patch', of: refOf(secret), patch: { metadata, data } }] };
}

function accountOf({ type, metadata }: Secret): string | undefined {
  if (type !== serviceAccountTokenType) return undefined;
  return metadata.annotations?.[serviceAccountAnnotations.name];
}

function isDefault({ metadata }: KubeObject): boolean {
  return metadata.name === 'default';
}

function isRootCa({ metadata }: KubeObject): boolean {
  return metadata.name === rootCaName;
}

function namespaceOf({ metadata }: KubeObject): string {
  return metadata.namespace ?? '';
}
