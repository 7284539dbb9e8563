import type { TLSSocket } from 'node:tls';
import type { Requester } from '../request/requester.ts';

/** What the client certificate of a connection says. */
export type CertificateClaim =
  | { readonly state: 'none' }
  /** Given, but not signed by the client CA, or expired. */
  | { readonly state: 'invalid' }
  | { readonly state: 'valid'; readonly requester: Requester; readonly notAfter: number };

const known = new WeakMap<TLSSocket, CertificateClaim>();

/** Who a connection belongs to: the common name is the user, the organizations are the groups. */
export function certificateClaim(socket: TLSSocket, now: number): CertificateClaim {
  let claim = known.get(socket);
  if (claim === undefined) {
    claim = read(socket);
    known.set(socket, claim);
  }
  // a connection may outlive its certificate
  return claim.state === 'valid' && claim.notAfter < now ? { state: 'invalid' } : claim;
}

function read(socket: TLSSocket): CertificateClaim {
  const certificate = socket.getPeerCertificate();
  if (certificate === null || certificate.subject === undefined) return { state: 'none' };
  if (!socket.authorized) return { state: 'invalid' };
  const name = first(certificate.subject.CN);
  if (name === '') return { state: 'invalid' };
  const requester = { name, uid: '', groups: list(certificate.subject.O), extra: {} };
  return { state: 'valid', requester, notAfter: Date.parse(certificate.valid_to) };
}

function list(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}

function first(value: string | readonly string[] | undefined): string {
  return list(value)[0] ?? '';
}
