import { describe, expect, test } from 'vitest';
import { instant } from '../../../../src/base/instant.ts';
import type { KubeObject } from '../../../../src/kube/object.ts';
import { collectParts, partGrace } from '../../../../src/runtime/hub/program/parts.ts';
import { snapshotOf } from '../../../support/snapshot.ts';
import { app, program } from '../programs.ts';

const now = instant(Date.UTC(2026, 0, 2, 3, 4, 5));
const controller = collectParts();
const [object, ...parts] = program([app('web')]);
const part = parts[0] as KubeObject;
const run = (objects: readonly KubeObject[], at = now) =>
  controller.reconcile(`shop/${part.metadata.name}`, snapshotOf(objects), at);
const unused = {
  ...part,
  metadata: {
    ...part.metadata,
    resourceVersion: '3',
    annotations: { 'ocmlang.dev/unused-since': '2026-01-02T03:04:05Z' },
  },
};

describe('a part', () => {
  test('that a Program refers to stays', () => {
    expect(run([object, part]).actions).toEqual([]);
  });

  test('that none refers to is marked, and looked at again in an hour', () => {
    expect(run([part])).toMatchObject({
      actions: [
        {
          do: 'patch',
          patch: {
            metadata: { annotations: { 'ocmlang.dev/unused-since': '2026-01-02T03:04:05Z' } },
          },
        },
      ],
      again: now + partGrace,
    });
  });

  test('is deleted after that hour, unless somebody wrote it since', () => {
    expect(run([unused])).toEqual({ actions: [], again: now + partGrace });
    expect(run([unused], instant(now + partGrace)).actions).toEqual([
      expect.objectContaining({ do: 'delete', ifVersion: '3' }),
    ]);
  });

  test('that is used again loses the mark', () => {
    expect(run([object, unused]).actions).toEqual([
      expect.objectContaining({
        patch: { metadata: { annotations: { 'ocmlang.dev/unused-since': null } } },
      }),
    ]);
  });

  test('of the Program before and after its edit is looked at', () => {
    const keys = controller.watches.flatMap((watch) =>
      watch.kind.kind === 'Program' ? watch.keys(object, snapshotOf([object])) : [],
    );
    expect(keys).toEqual(parts.map(({ metadata }) => `shop/${metadata.name}`));
  });
});
