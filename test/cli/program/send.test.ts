import { expect, test } from 'vitest';
import { takenIn } from '../../../src/cli/program/send.ts';
import type { ProgramObject } from '../../../src/ir/program-object.ts';
import type { Cluster } from '../../../src/runtime/client/cluster.ts';

const program = (reason: string, status: string, observedGeneration = 2) =>
  ({
    apiVersion: 'ocmlang.dev/v1alpha1',
    kind: 'Program',
    metadata: { name: 'p', namespace: 'n', generation: 2 },
    spec: { irVersion: 'ocm.ir/v1', parts: [], serviceAccountName: 'a' },
    status: {
      conditions: [
        {
          type: 'Applied',
          status: status as 'True',
          reason,
          message: '',
          observedGeneration,
          lastTransitionTime: '2026-01-01T00:00:00Z',
        },
      ],
    },
  }) as unknown as ProgramObject;
/** A hub whose Program goes through these states, one at each look. */
function hubSaying(...states: readonly ProgramObject[]): Cluster {
  let at = 0;
  const get = async () => {
    const value = states[Math.min(at, states.length - 1)];
    at += 1;
    return { ok: true, value };
  };
  return { get } as unknown as Cluster;
}
const reasonOf = (of: ProgramObject | undefined) => of?.status?.conditions?.[0]?.reason;
const wait = { signal: new AbortController().signal, timeoutMillis: 2_000, everyMillis: 1 };

test('a hub that has not heard of a part yet is waited for', async () => {
  const hub = hubSaying(
    program('Applied', 'True', 1),
    program('PartMissing', 'False'),
    program('Applied', 'True'),
  );
  expect(reasonOf(await takenIn(hub, program('', ''), wait))).toBe('Applied');
});

test('a part that stays missing is told when the time is over', async () => {
  const hub = hubSaying(program('PartMissing', 'False'));
  const taken = await takenIn(hub, program('', ''), { ...wait, timeoutMillis: 20 });
  expect(reasonOf(taken)).toBe('PartMissing');
});

test('what is refused is told at once', async () => {
  const hub = hubSaying(program('WriteFailed', 'False'), program('Applied', 'True'));
  expect(reasonOf(await takenIn(hub, program('', ''), wait))).toBe('WriteFailed');
});
