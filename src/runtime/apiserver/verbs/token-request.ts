import { randomUUID } from 'node:crypto';
import { formatInstant, instant } from '../../../base/instant.ts';
import { isJsonObject, type Json } from '../../../base/json.ts';
import type { KubeObject } from '../../../kube/object.ts';
import type { Store } from '../../store/store.ts';
import { type BoundObject, issueToken, type TokenIssuer } from '../authn/service-account-token.ts';
import { badRequest, conflict, invalid, notFound, Refusal } from '../refusal.ts';
import { struct, textOf, texts, withFields } from '../resources/builtin/fields.ts';
import { resourceName } from '../resources/resource.ts';
import { type Call, keyOf } from './call.ts';

const boundResources = { Pod: 'pods', Secret: 'secrets', Node: 'nodes' } as const;
const defaultSeconds = 3600;
const leastSeconds = 600;
const mostSeconds = 2 ** 32;

/** Answers `POST serviceaccounts/<name>/token` with a token (pkg/registry/core/serviceaccount). */
export function requestToken(input: {
  readonly store: Store;
  readonly issuer: TokenIssuer;
  readonly call: Call;
  readonly object: KubeObject;
  readonly now: number;
}): KubeObject | Refusal {
  const { store, issuer, call, object, now } = input;
  const account = store.get(keyOf(call, call.name))?.object();
  if (account === undefined) return notFound(resourceName(call.resource), call.name);
  const spec = struct(object, 'spec');
  const seconds = secondsOf(spec['expirationSeconds']);
  if (seconds instanceof Refusal) return seconds;
  const bound = boundOf(store, call, spec['boundObjectRef']);
  if (bound instanceof Refusal) return bound;
  const wanted = texts(spec['audiences']);
  const audiences = wanted.length > 0 ? wanted : [issuer.audience];
  const issuedAt = Math.floor(now / 1000);
  const expiresAt = issuedAt + seconds;
  const { namespace, name } = call;
  const token = issueToken(issuer, {
    account: { namespace, name, uid: account.metadata.uid ?? '' },
    audiences,
    bound,
    issuedAt,
    expiresAt,
    id: randomUUID(),
  });
  return withFields(
    { ...object, metadata: { ...object.metadata, name, namespace } },
    {
      spec: {
        ...spec,
        audiences,
        expirationSeconds: seconds,
        boundObjectRef: spec['boundObjectRef'] ?? null,
      },
      status: { token, expirationTimestamp: formatInstant(instant(expiresAt * 1000)) },
    },
  );
}

function secondsOf(value: Json | undefined): number | Refusal {
  if (value === undefined || value === null) return defaultSeconds;
  const field = 'spec.expirationSeconds';
  const of = { group: 'authentication.k8s.io', name: 'TokenRequest' };
  const refuse = (why: string) =>
    invalid(of, '', [
      {
        reason: 'FieldValueInvalid',
        message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
        field,
      },
    ]);
  if (typeof value !== 'number' || value < leastSeconds) {
    return refuse('may not specify a duration less than 10 minutes');
  }
  return value > mostSeconds
    ? refuse('may not specify a duration larger than 2^32 seconds')
    : value;
}

function boundOf(store: Store, call: Call, value: Json | undefined): BoundObject | null | Refusal {
  if (!isJsonObject(value)) return null;
  const kind = textOf(value['kind']);
  if (kind !== 'Pod' && kind !== 'Secret' && kind !== 'Node') {
    return badRequest(`cannot bind token for serviceaccount "${call.name}" to object type ${kind}`);
  }
  const name = textOf(value['name']);
  const resource = boundResources[kind];
  const namespace = kind === 'Node' ? '' : call.namespace;
  const found = store.get({ group: '', resource, namespace, name });
  if (found === undefined) return notFound({ group: '', name: resource }, name);
  const uid = found.object().metadata.uid ?? '';
  const wanted = textOf(value['uid']);
  if (wanted !== '' && wanted !== uid) {
    const why = `the UID in the bound object reference (${wanted}) does not match the UID in record. The object might have been deleted and then recreated`;
    return conflict({ group: '', name: resource }, name, why);
  }
  return { kind, name, uid };
}
