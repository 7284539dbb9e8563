import { jsonHash } from '../../../base/hash.ts';
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

/** The question a pass asks: a token that holds as long as the Secret. */
export interface TokenInput {
  readonly namespace: string;
  readonly account: string;
}

const secretsOfAccount: Index<Secret> = {
  name: 'token-secrets-of-account',
  kind: secretKind,
  keys: (secret) => {
    const account = accountOf(secret);
    return account === undefined ? [] : [`${namespaceOf(secret)}/${account}`];
  },
};

/**
 * Fills Secrets of the type `kubernetes.io/service-account-token` with a token of their account, and deletes them with
 * it, as kube-controller-manager's tokens controller does.
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
    reconcile(key, snapshot): Outcome {
      const { namespace, name } = parseKey(key);
      const secret = snapshot.get<Secret>(secretKind, namespace, name);
      const account = secret && accountOf(secret);
      if (secret === undefined || account === undefined) return done;
      const owner = snapshot.get(serviceAccountKind, namespace, account);
      const uid = owner?.metadata.uid;
      const annotated = secret.metadata.annotations?.[serviceAccountAnnotations.uid];
      // A secret of an account that is not there yet waits; one of an account that was replaced goes.
      if (uid === undefined && annotated === undefined) return done;
      if (uid === undefined || (annotated !== undefined && annotated !== uid)) {
        return { actions: [{ do: 'delete', of: refOf(secret) }] };
      }
      if (secret.data?.['token'] && annotated === uid) return done;
      const id = jsonHash({ token: secret.metadata.uid ?? key, account: uid });
      const answer = snapshot.evaluated(id);
      if (answer === undefined) {
        const input: TokenInput = { namespace, account };
        return { actions: [], evaluate: [{ id, pass: 'token', input: { ...input } }] };
      }
      const token = answer.ok && isJsonObject(answer.outcome) ? answer.outcome['token'] : undefined;
      if (typeof token !== 'string') return done;
      const data = { token: btoa(token), 'ca.crt': btoa(caPem), namespace: btoa(namespace) };
      const annotations = { [serviceAccountAnnotations.uid]: uid };
      return {
        actions: [{ do: 'patch', of: refOf(secret), patch: { metadata: { annotations }, data } }],
      };
    },
  };
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
