import { describe, expect, test } from 'vitest';
import { instant } from '../../../../src/base/instant.ts';
import type { CertificateSigningRequest } from '../../../../src/kube/core.ts';
import type { Action } from '../../../../src/runtime/control/controller.ts';
import { approvalController } from '../../../../src/runtime/hub/registration/approval.ts';
import type { RegistrationOptions } from '../../../../src/runtime/hub/registration/options.ts';
import { type SnapshotInput, snapshotOf } from '../../../support/snapshot.ts';
import { csrOf, makeRequest, subject } from './requests.ts';

const now = instant(Date.UTC(2026, 0, 1));
const agent = 'system:open-cluster-management:c1:agent';
const review = 'authorization.k8s.io/SubjectAccessReview//renew-uid-csr';
const allowed = { attempts: { [review]: { at: now, failure: null } } };

function decide(
  csr: CertificateSigningRequest,
  options: RegistrationOptions = {},
  more: SnapshotInput = {},
): readonly Action[] {
  const snapshot = snapshotOf({ hub: [csr], ...more });
  return approvalController(options).reconcile('c1-x', snapshot, now).actions;
}

describe('a request for a certificate', () => {
  test('of a listed user is approved in upstream’s words', async () => {
    const actions = decide(csrOf(await makeRequest()), { autoApprovedUsers: ['bootstrap'] });
    expect(actions).toMatchObject([
      {
        do: 'approve',
        object: {
          status: {
            conditions: [
              {
                type: 'Approved',
                status: 'True',
                reason: 'AutoApprovedByHubCSRApprovingController',
                message:
                  'Auto approving Managed cluster agent certificate after SubjectAccessReview.',
              },
            ],
          },
        },
      },
      {
        do: 'record',
        reason: 'ManagedClusterAutoApproved',
        message: 'managed cluster "c1" is auto approved.',
      },
    ]);
  });

  test('of anybody else is left to an administrator', async () => {
    expect(decide(csrOf(await makeRequest()))).toEqual([]);
    expect(decide(csrOf(await makeRequest()), { autoApprovedUsers: ['other'] })).toEqual([]);
  });

  test('of the agent itself is a renewal: its rights are asked for, then it is approved', async () => {
    const csr = csrOf(await makeRequest(), { username: agent, groups: ['g'], uid: 'u' });
    expect(decide(csr)).toMatchObject([
      {
        do: 'create',
        object: {
          kind: 'SubjectAccessReview',
          spec: {
            user: agent,
            groups: ['g'],
            uid: 'u',
            resourceAttributes: {
              group: 'register.open-cluster-management.io',
              resource: 'managedclusters',
              subresource: 'clientcertificates',
              verb: 'renew',
            },
          },
        },
      },
    ]);
    expect(decide(csr, {}, allowed).map((action) => action.do)).toEqual(['approve', 'record']);
    const failure = { status: 403, reason: 'Forbidden', message: 'no' };
    const denied = { attempts: { [review]: { at: now, failure } } };
    expect(decide(csr, {}, denied).map((action) => action.do)).toEqual(['create']);
  });

  test('that is decided on already is left alone', async () => {
    for (const type of ['Approved', 'Denied'] as const) {
      const csr = csrOf(await makeRequest());
      const decided = { ...csr, status: { conditions: [{ type, status: 'True' as const }] } };
      expect(decide(decided, { autoApprovedUsers: ['bootstrap'] })).toEqual([]);
    }
  });

  test.each<[string, Parameters<typeof makeRequest>[0], Parameters<typeof csrOf>[1]]>([
    ['for another cluster', { name: subject('c2') }, {}],
    ['with a name of more parts', { name: subject('c1', 'a:b') }, {}],
    ['with a further group', { name: [...subject('c1'), { O: ['system:masters'] }] }, {}],
    ['with server usages', {}, { usages: ['client auth', 'server auth'] }],
    ['without client usage', {}, { usages: ['digital signature'] }],
    ['for ten years', {}, { expirationSeconds: 315_360_000 }],
    ['that is no PEM', {}, { request: Buffer.from('x').toString('base64') }],
  ])('%s is never approved, and says why', async (_what, parts, spec) => {
    const pem = await makeRequest(parts);
    for (const username of ['bootstrap', agent]) {
      const csr = csrOf(pem, { username, ...spec });
      const actions = decide(csr, { autoApprovedUsers: ['bootstrap'] }, allowed);
      expect(actions).toMatchObject([
        { do: 'record', type: 'Warning', reason: 'CSRNotRecognized' },
      ]);
    }
  });

  test('is checked as little as upstream does where upstream is wanted', async () => {
    const csr = csrOf(await makeRequest(), { usages: ['client auth', 'server auth'] });
    const options = { autoApprovedUsers: ['bootstrap'], compat: 'upstream' } as const;
    expect(decide(csr, options)[0]?.do).toBe('approve');
  });
});
