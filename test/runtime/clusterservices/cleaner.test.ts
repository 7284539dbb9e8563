import { expect, test } from 'vitest';
import { formatInstant, instant, plus } from '../../../src/base/instant.ts';
import type { CertificateSigningRequest } from '../../../src/kube/core.ts';
import { requestCleaner } from '../../../src/runtime/clusterservices/signing/cleaner.ts';
import { snapshotOf } from '../../support/snapshot.ts';

const made = instant(Date.UTC(2026, 0, 1));
const hour = 3_600_000;
const answered = plus(made, 10 * hour);

function request(type?: 'Approved' | 'Denied' | 'Failed', certificate?: string) {
  const condition = { status: 'True', lastUpdateTime: formatInstant(answered) } as const;
  return {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name: 'csr', uid: 'u', creationTimestamp: formatInstant(made) },
    spec: { request: '', signerName: 's' },
    status: {
      ...(type && { conditions: [{ type, ...condition }] }),
      ...(certificate && { certificate }),
    },
  } as CertificateSigningRequest;
}
const pass = (object: CertificateSigningRequest, hours: number) =>
  requestCleaner.reconcile('csr', snapshotOf([object]), plus(made, hours * hour));
const deleted = [{ do: 'delete', of: { name: 'csr' }, ifUid: 'u' }];

test.each([
  ['signed', request('Approved', 'Q0VSVA=='), 11],
  ['denied', request('Denied'), 11],
  ['failed', request('Failed'), 11],
  ['approved but never signed', request('Approved'), 24],
  ['never answered', request(), 24],
])('a request that is %s goes after %s hours, not before', (_, object, hours) => {
  const early = pass(object, hours - 0.01);
  expect(early).toEqual({ actions: [], again: plus(made, hours * hour) });
  expect(pass(object, hours).actions).toMatchObject(deleted);
});

test('a request without readable times, or one that is going, is left alone', () => {
  const odd = { ...request(), metadata: { name: 'csr', creationTimestamp: 'soon' } };
  expect(pass(odd, 1000)).toEqual({ actions: [] });
  const going = { ...request(), metadata: { ...request().metadata, deletionTimestamp: 'now' } };
  expect(pass(going, 1000)).toEqual({ actions: [] });
});
