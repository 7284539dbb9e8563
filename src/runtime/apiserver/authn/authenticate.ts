import type { Store } from '../../store/store.ts';
import { type Refusal, unauthorized } from '../refusal.ts';
import { anonymous, authenticatedGroup, type Requester } from '../request/requester.ts';
import { bootstrapRequester, sameText } from './bootstrap-token.ts';
import type { CertificateClaim } from './certificate.ts';
import type { TokenVerifier } from './service-account-token.ts';

/** A token that is known from the start and for as long as the server runs. */
export interface StaticToken {
  readonly token: string;
  readonly user: string;
  readonly groups: readonly string[];
}

/** What tokens are checked against. */
export interface TokenSources {
  readonly store: Store;
  readonly verifier: TokenVerifier;
  readonly tokens: readonly StaticToken[];
  /** Of this API server. */
  readonly audiences: readonly string[];
}

/** Whose token it is; null where it is nobody's. */
export function tokenRequester(
  sources: TokenSources,
  token: string,
  now: number,
): Requester | null {
  const known = sources.tokens.find((each) => sameText(each.token, token));
  if (known !== undefined) {
    return { name: known.user, uid: '', groups: known.groups, extra: {} };
  }
  return (
    bootstrapRequester(sources.store, token, now) ??
    sources.verifier.verify(token, sources.audiences, now)?.requester ??
    null
  );
}

/**
 * Who asks: the client certificate, else the bearer token, else nobody in particular. Credentials that were given
 * and hold for nothing are refused, they never make somebody anonymous.
 */
export function authenticate(
  sources: TokenSources,
  claim: CertificateClaim,
  authorization: string | undefined,
  now: number,
): Requester | Refusal {
  if (claim.state === 'valid') return authenticated(claim.requester);
  const token = bearerOf(authorization);
  if (token !== null) {
    const requester = tokenRequester(sources, token, now);
    return requester === null ? unauthorized() : authenticated(requester);
  }
  return claim.state === 'invalid' ? unauthorized() : anonymous;
}

/** The requester in the group of everybody who is known. */
export function authenticated(requester: Requester): Requester {
  if (requester.groups.includes(authenticatedGroup)) return requester;
  return { ...requester, groups: [...requester.groups, authenticatedGroup] };
}

function bearerOf(authorization: string | undefined): string | null {
  const [scheme = '', token = ''] = (authorization ?? '').trim().split(/ +/);
  return scheme.toLowerCase() === 'bearer' && token !== '' ? token : null;
}
