import type { TLSSocket } from 'node:tls';
import { readNamedCertificate } from '../../certificates/subject.ts';
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
  // its bytes, because Node takes a quarter of a millisecond to tell all that is in it
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return { state: 'none' };
  const named = socket.authorized ? readNamedCertificate(certificate.raw) : null;
  if (named === null || named.commonName === '') return { state: 'invalid' };
  const { commonName: name, organizations: groups, notAfter } = named;
  return { state: 'valid', requester: { name, uid: '', groups, extra: {} }, notAfter };
}
