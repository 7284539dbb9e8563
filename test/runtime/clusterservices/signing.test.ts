import { expect, test } from 'vitest';
import { instant, plus } from '../../../src/base/instant.ts';
import type { CertificateSigningRequest } from '../../../src/kube/core.ts';
import {
  clientSigner,
  signingController,
} from '../../../src/runtime/clusterservices/signing/controller.ts';
import type { Evaluated } from '../../../src/runtime/control/controller.ts';
import { snapshotOf } from '../../support/snapshot.ts';

const now = instant(Date.UTC(2026, 0, 1));
const condition = (type: 'Approved' | 'Denied') => ({ type, status: 'True' as const, reason: 'r' });

function request(
  spec: Partial<CertificateSigningRequest['spec']> = {},
  status: CertificateSigningRequest['status'] = { conditions: [condition('Approved')] },
): CertificateSigningRequest {
  return {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name: 'csr', uid: 'u', resourceVersion: '3' },
    spec: { request: btoa('PEM'), signerName: clientSigner, usages: ['client auth'], ...spec },
    status,
  };
}

function pass(object: CertificateSigningRequest, outcome?: object) {
  const asked = signingController.reconcile('csr', snapshotOf([object]), now);
  if (outcome === undefined || !asked.evaluate?.length) return asked;
  const answer = { ok: true, outcome } as Evaluated;
  const evaluated = Object.fromEntries(asked.evaluate.map(({ id }) => [id, answer]));
  return signingController.reconcile('csr', snapshotOf({ hub: [object], evaluated }), now);
}

test('an approved request is signed, for as long as it asks within bounds', () => {
  expect(pass(request()).evaluate).toMatchObject([
    { pass: 'sign', input: { request: 'PEM', seconds: 365 * 24 * 3600 } },
  ]);
  expect(pass(request({ expirationSeconds: 1 })).evaluate).toMatchObject([
    { input: { seconds: 600 } },
  ]);
  expect(pass(request(), { certificate: 'CERT' }).actions).toMatchObject([
    { do: 'patchStatus', status: { certificate: btoa('CERT') } },
  ]);
});

test.each<[string, CertificateSigningRequest]>([
  ['that nobody has approved', request({}, {})],
  ['that is denied', request({}, { conditions: [condition('Approved'), condition('Denied')] })],
  ['of another signer', request({ signerName: 'kubernetes.io/kubelet-serving' })],
  ['that is signed', request({}, { conditions: [condition('Approved')], certificate: 'Q0VSVA==' })],
])('a request %s is left alone', (_, object) => {
  expect(pass(object)).toEqual({ actions: [] });
});

test('a request for other usages, or one that cannot be signed, fails with the reason', () => {
  for (const outcome of [
    pass(request({ usages: ['client auth', 'cert sign'] })),
    pass(request({ usages: [] })),
    pass(request(), { why: 'its signature does not fit' }),
  ]) {
    expect(outcome.actions).toMatchObject([
      {
        do: 'patchStatus',
        ifVersion: '3',
        status: { conditions: [{ type: 'Approved' }, { type: 'Failed', status: 'True' }] },
      },
    ]);
  }
});

test('a signature that could not be made is asked for again, a little later', () => {
  const object = request();
  const [first] = pass(object).evaluate ?? [];
  const failed: Evaluated = { ok: false, reason: 'InternalError' };
  const answers = { [first?.id ?? '']: failed };
  const reconcile = (evaluated: Record<string, Evaluated>, at = now) =>
    signingController.reconcile('csr', snapshotOf({ hub: [object], evaluated }), at);
  const [second] = reconcile(answers).evaluate ?? [];
  expect(second?.id).not.toBe(first?.id);
  const twice = { ...answers, [second?.id ?? '']: failed };
  expect(reconcile(twice)).toEqual({ actions: [], again: plus(now, 10_000) });
  expect(reconcile(twice, plus(now, 10_000)).evaluate).toHaveLength(1);
});
