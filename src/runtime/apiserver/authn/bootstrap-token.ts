import { timingSafeEqual } from 'node:crypto';
import { parseInstant } from '../../../base/instant.ts';
import type { Secret } from '../../../kube/core.ts';
import type { Store } from '../../store/store.ts';
import type { Requester } from '../request/requester.ts';

const tokenShape = /^([a-z0-9]{6})\.([a-z0-9]{16})$/;
const secretType = 'bootstrap.kubernetes.io/token';
const groupPrefix = 'system:bootstrappers:';

/** The user of a bootstrap token `id.secret`, kept as a Secret in kube-system (kubernetes plugin/pkg/auth). */
export function bootstrapRequester(store: Store, token: string, now: number): Requester | null {
  const [, id, given] = tokenShape.exec(token) ?? [];
  if (id === undefined || given === undefined) return null;
  const name = `bootstrap-token-${id}`;
  const key = { group: '', resource: 'secrets', namespace: 'kube-system', name };
  const secret = store.get(key)?.object() as Secret | undefined;
  if (secret?.type !== secretType || secret.metadata.deletionTimestamp !== undefined) return null;
  const field = (of: string): string => decode(secret, of);
  if (field('token-id') !== id || !sameText(field('token-secret'), given)) return null;
  const expiration = field('expiration');
  if (expiration !== '') {
    const end = parseInstant(expiration);
    if (end === null || end <= now) return null;
  }
  if (field('usage-bootstrap-authentication') !== 'true') return null;
  const extra = field('auth-extra-groups')
    .split(',')
    .filter((group) => group !== '');
  if (extra.some((group) => !group.startsWith(groupPrefix))) return null;
  const groups = ['system:bootstrappers', ...extra];
  return { name: `system:bootstrap:${id}`, uid: '', groups, extra: {} };
}

function decode({ data }: Secret, key: string): string {
  const text = data !== undefined && Object.hasOwn(data, key) ? data[key] : undefined;
  return text === undefined ? '' : Buffer.from(text, 'base64').toString('utf8');
}

/** Equality that takes the same time wherever texts differ. */
export function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
