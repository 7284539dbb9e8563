import { expect, test } from 'vitest';
import { grantLines } from '../../../src/cli/program/rights.ts';

const account = { namespace: 'team', serviceAccount: 'ocm-programs' };
const right = (resource: string, namespace = 'team') => ({
  verb: 'create',
  group: 'example.com',
  resource,
  namespace,
});
const roleName = (lines: readonly string[]) => lines[0]?.split(' ')[3];

test('a later grant of other rights makes a role beside the first, the same grant the same role', () => {
  const first = grantLines([right('placements')], account);
  const second = grantLines([right('policies')], account);
  expect(first).toHaveLength(2);
  expect(roleName(first)).toMatch(/^ocm-programs-[0-9a-f]{8}$/);
  expect(roleName(second)).not.toBe(roleName(first));
  expect(grantLines([right('placements')], account)).toEqual(first);
});

test('cluster-scoped rights are a cluster role, others a role where they are needed', () => {
  const lines = grantLines([right('sets', ''), right('placements')], account);
  expect(lines.map((line) => line.split(' ').slice(1, 3).join(' '))).toEqual([
    'create clusterrole',
    'create clusterrolebinding',
    'create role',
    'create rolebinding',
  ]);
  expect(lines[3]).toContain(`--role=${lines[2]?.split(' ')[3]} `);
});

test('what is looked up is granted by name, and to read only', () => {
  const read = { verb: 'get', group: '', resource: 'secrets', namespace: 'team' };
  const lines = grantLines(
    [{ ...read, name: 'login' }, { ...read, name: 'mail' }, right('placements')],
    account,
  );
  expect(lines).toHaveLength(4);
  expect(lines[2]).toMatch(
    /-n team --verb=get --resource=secrets --resource-name=login --resource-name=mail$/,
  );
});
