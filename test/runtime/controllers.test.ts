import { expect, test } from 'vitest';
import { agentControllers } from '../../src/runtime/agent/controllers.ts';
import type { Controller, Index } from '../../src/runtime/control/controller.ts';
import { hubControllers } from '../../src/runtime/hub/controllers.ts';

const agent = agentControllers({ clusterName: 'c1', hub: 'https://hub' });

test.each<[string, readonly Controller[]]>([
  ['hub', hubControllers()],
  ['hub, as upstream', hubControllers({ compat: 'upstream' })],
  ['agent', agent],
])('%s: every controller has a name of its own', (_, controllers) => {
  const names = controllers.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test('hub: the names `--only` takes', () => {
  const names = hubControllers().map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      'placement',
      'program',
      'program-part',
      'rollout',
      'policy-propagation',
      'policy-set',
    ]),
  );
});

test.each<[string, readonly Controller[]]>([
  ['hub', hubControllers()],
  ['agent', agent],
])(
  '%s: an index of one name and kind is one index, because the cache keeps one',
  (_, controllers) => {
    const known = new Map<string, Index>();
    for (const index of controllers.flatMap(({ indexes }) => indexes ?? [])) {
      const key = `${index.at ?? 'hub'} ${index.kind.group}/${index.kind.kind} ${index.name}`;
      expect(known.get(key) ?? index).toBe(index);
      known.set(key, index);
    }
  },
);

test.each<[string, readonly Controller[]]>([
  ['hub', hubControllers()],
  ['agent', agent],
])('%s: what is indexed or projected is watched', (_, controllers) => {
  for (const { name, watches, indexes = [], projections = [] } of controllers) {
    const watched = new Set(
      watches.map(({ kind, at = 'hub' }) => `${at} ${kind.group}/${kind.kind}`),
    );
    const named = projections.flatMap(({ kinds }) => kinds ?? []);
    for (const { kind, at = 'hub' } of [...indexes, ...named]) {
      expect([name, watched.has(`${at} ${kind.group}/${kind.kind}`), kind.kind]).toEqual([
        name,
        true,
        kind.kind,
      ]);
    }
  }
});
