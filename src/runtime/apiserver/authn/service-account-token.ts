import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../../../base/json.ts';
import type { ServiceAccount } from '../../../kube/core.ts';
import type { Store, StoreKey } from '../../store/store.ts';
import { type Requester, serviceAccountGroups, serviceAccountUser } from '../request/requester.ts';
import { textOf } from '../resources/builtin/fields.ts';

/** Whose key signs, and for whom. */
export interface TokenIssuer {
  readonly issuer: string;
  /** The audience of this API server. */
  readonly audience: string;
  /** An EC key on P-256. */
  readonly key: KeyObject;
}

/** An object a token lives and dies with. */
export interface BoundObject {
  readonly kind: 'Pod' | 'Secret' | 'Node';
  readonly name: string;
  readonly uid: string;
}

/** What a token is made of. */
export interface TokenRequest {
  readonly account: { readonly namespace: string; readonly name: string; readonly uid: string };
  readonly audiences: readonly string[];
  readonly bound: BoundObject | null;
  /** Seconds since the epoch. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly id: string;
}

const claim = 'kubernetes.io';

/** A token for a service account, with Kubernetes' claims (pkg/serviceaccount/claims.go). */
export function issueToken(issuer: TokenIssuer, request: TokenRequest): string {
  const { account, audiences, bound, issuedAt, expiresAt, id } = request;
  const header = { alg: 'ES256', kid: keyId(issuer.key) };
  const object =
    bound === null ? {} : { [bound.kind.toLowerCase()]: { name: bound.name, uid: bound.uid } };
  const claims = {
    aud: audiences,
    exp: expiresAt,
    iat: issuedAt,
    iss: issuer.issuer,
    jti: id,
    [claim]: {
      namespace: account.namespace,
      ...object,
      serviceaccount: { name: account.name, uid: account.uid },
    },
    nbf: issuedAt,
    sub: serviceAccountUser(account.namespace, account.name),
  };
  const signed = `${encode(header)}.${encode(claims)}`;
  const signature = sign('sha256', Buffer.from(signed), {
    key: issuer.key,
    dsaEncoding: 'ieee-p1363',
  });
  return `${signed}.${signature.toString('base64url')}`;
}

/** The claims of tokens whose signature was checked; a check costs more than the rest of a request. */
const maxKnown = 10_000;

/** Tells whose token it is; nobody's where it is forged, expired, for others, or its account is gone. */
export class TokenVerifier {
  readonly #issuer: TokenIssuer;
  readonly #store: Store;
  readonly #publicKey: KeyObject;
  readonly #known = new Map<string, JsonObject>();

  constructor(issuer: TokenIssuer, store: Store) {
    this.#issuer = issuer;
    this.#store = store;
    this.#publicKey = createPublicKey(issuer.key);
  }

  /** The requester and the audiences that were asked for and are the token's. `now` in milliseconds. */
  verify(
    token: string,
    audiences: readonly string[],
    now: number,
  ): { readonly requester: Requester; readonly audiences: readonly string[] } | null {
    const claims = this.#claims(token);
    if (claims === null) return null;
    const seconds = now / 1000;
    if (claims['iss'] !== this.#issuer.issuer) return null;
    if (!isAtMost(claims['nbf'], seconds + leeway) || !isAtLeast(claims['exp'], seconds - leeway)) {
      return null;
    }
    const own = Array.isArray(claims['aud']) ? claims['aud'] : [claims['aud']];
    const common = audiences.filter((audience) => own.includes(audience));
    if (common.length === 0) return null;
    const requester = this.#requester(claims);
    return requester === null ? null : { requester, audiences: common };
  }

  #claims(token: string): JsonObject | null {
    const known = this.#known.get(token);
    if (known !== undefined) return known;
    const [header = '', payload = '', signature = '', ...more] = token.split('.');
    if (signature === '' || more.length > 0) return null;
    if (decode(header)?.['alg'] !== 'ES256') return null;
    const key = { key: this.#publicKey, dsaEncoding: 'ieee-p1363' as const };
    const bytes = Buffer.from(signature, 'base64url');
    if (!verify('sha256', Buffer.from(`${header}.${payload}`), key, bytes)) return null;
    const claims = decode(payload);
    if (claims === null) return null;
    if (this.#known.size >= maxKnown) this.#known.clear();
    this.#known.set(token, claims);
    return claims;
  }

  #requester(claims: JsonObject): Requester | null {
    const about = claims[claim];
    if (!isJsonObject(about)) return null;
    const named = isJsonObject(about['serviceaccount']) ? about['serviceaccount'] : {};
    const namespace = textOf(about['namespace']);
    const [name, uid] = [textOf(named['name']), textOf(named['uid'])];
    const key = { group: '', resource: 'serviceaccounts', namespace, name };
    const account = this.#store.get(key)?.object() as ServiceAccount | undefined;
    if (account === undefined || account.metadata.uid !== uid) return null;
    if (claims['sub'] !== serviceAccountUser(namespace, name)) return null;
    const extra: Record<string, readonly string[]> = {};
    const id = textOf(claims['jti']);
    if (id !== '') extra['authentication.kubernetes.io/credential-id'] = [`JTI=${id}`];
    for (const [kind, resource] of boundKinds) {
      const bound = about[kind];
      if (!isJsonObject(bound)) continue;
      const where = kind === 'node' ? '' : namespace;
      const [name, uid] = [textOf(bound['name']), textOf(bound['uid'])];
      if (!this.#isThere({ group: '', resource, namespace: where, name }, uid)) return null;
      if (kind === 'secret') continue;
      extra[`authentication.kubernetes.io/${kind}-name`] = [name];
      extra[`authentication.kubernetes.io/${kind}-uid`] = [uid];
    }
    return {
      name: serviceAccountUser(namespace, name),
      uid,
      groups: serviceAccountGroups(namespace),
      extra,
    };
  }

  #isThere(key: StoreKey, uid: string): boolean {
    return this.#store.get(key)?.object().metadata.uid === uid;
  }
}

const boundKinds = [
  ['pod', 'pods'],
  ['secret', 'secrets'],
  ['node', 'nodes'],
] as const;
/** Seconds that clocks may differ. */
const leeway = 10;

function isAtMost(value: unknown, bound: number): boolean {
  return typeof value === 'number' && value <= bound;
}

function isAtLeast(value: unknown, bound: number): boolean {
  return typeof value === 'number' && value >= bound;
}

function keyId(key: KeyObject): string {
  const der = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('base64url');
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decode(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
