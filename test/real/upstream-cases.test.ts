import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/base/json.ts';
import type { AddOnPlacementScore, ManagedCluster } from '../../src/kube/ocm/cluster.ts';
import { hubOf } from '../conformance/placement.ts';
import { absent, casesOf, compared, type Level } from '../support/conformance-cases.ts';
import { findRealParts, missingRealParts } from '../support/real-parts.ts';

const missing = absent ? ' (skipped, no ../shared/conformance)' : missingRealParts('upstreamCases');

type Input = Record<string, Json | undefined>;

/** What ocm v1.2.0 answers to hubs, by their ids. */
function answersTo(hubs: ReadonlyMap<string, object>): ReadonlyMap<string, unknown> {
  const lines = [...hubs].map(([id, input]) => JSON.stringify({ id, input }));
  const { status, stdout, stderr } = spawnSync(findRealParts()?.upstreamCases ?? '', {
    input: `${lines.join('\n')}\n`,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(stderr);
  const answers = stdout.trimEnd().split('\n');
  return new Map(answers.map((line) => JSON.parse(line)).map(({ id, output }) => [id, output]));
}

/** The placement cases as hubs, with the API's defaults where they ask for them. */
function placementHubs(): ReadonlyMap<string, object> {
  return new Map(
    casesOf('placement').map(({ id, input }) => {
      const { now, mode, order } = input as Input;
      const more = { ...(now && { now }), ...(mode && { mode }), ...(order && { order }) };
      return [id, { ...hubOf(input as Input), ...more }];
    }),
  );
}

interface CelInput {
  readonly expression: string;
  readonly cluster: ManagedCluster;
  readonly scores?: readonly AddOnPlacementScore[];
}

/** A CEL case as a placement of one cluster. */
function celHub({ expression, cluster, scores = [] }: CelInput): object {
  const metadata = { name: 'global', namespace: 'test' };
  const requiredClusterSelector = { celSelector: { celExpressions: [expression] } };
  const spec = { predicates: [{ requiredClusterSelector }] };
  const clusterSelector = { selectorType: 'LabelSelector', labelSelector: {} };
  return {
    mode: 'once',
    clusters: [cluster],
    scores,
    clusterSets: [{ metadata: { name: 'global' }, spec: { clusterSelector } }],
    clusterSetBindings: [{ metadata, spec: { clusterSet: 'global' } }],
    placements: [{ metadata: { name: 'p', namespace: 'test' }, spec }],
  };
}

/** Whether the cluster was chosen; the message where the expression does not compile. */
function celAnswer(output: unknown): unknown {
  const { status, filters } = (output as { placements: Record<string, Outcome> }).placements[
    'test/p'
  ] as Outcome;
  if (status?.code === 'Misconfigured') return { class: 'compile-error', message: status.message };
  const match = (filters?.['Predicate'] ?? []).length === 1;
  return { class: String(match), match };
}

interface Outcome {
  readonly status?: { readonly code: string; readonly message: string };
  readonly filters?: Readonly<Record<string, readonly string[]>>;
}

/** Ids of the cases that docs/deviations.md says v1.2.0 answers otherwise. */
function listed(): readonly string[] {
  const text = readFileSync(new URL('../../docs/deviations.md', import.meta.url), 'utf8');
  const section = text.split('## Upstream v1.2.0')[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, id = '']) => id);
}

describe.skipIf(missing !== '')(`ocm v1.2.0 over the conformance cases${missing}`, () => {
  const differing = async (suite: string, answer: (id: string) => unknown, level: Level) =>
    (await compared(suite, (_, id) => answer(id), level)).different;

  test('decides every placement as the cases say, and differs in nothing but what is listed', async () => {
    const answers = answersTo(placementHubs());
    expect(answers.size).toBeGreaterThan(250);
    const answer = (id: string) => answers.get(id);
    expect(await differing('placement', answer, 2)).toEqual([]);
    expect(await differing('placement', answer, 3)).toEqual(listed());
  });

  test('selects by CEL as the cases say, and refuses with their words', async () => {
    const cases = casesOf('cel');
    const hubs = new Map(cases.map(({ id, input }) => [id, celHub(input as CelInput)]));
    const answers = answersTo(hubs);
    expect(answers.size).toBeGreaterThan(60);
    const answer = (id: string) => celAnswer(answers.get(id));
    expect(await differing('cel', answer, 1)).toEqual([]);
    const refused = new Set(
      cases.flatMap(({ id, expected }) => ('message' in (expected as object) ? [id] : [])),
    );
    expect(refused.size).toBeGreaterThan(0);
    const otherWords = await differing('cel', answer, 3);
    expect(otherWords.filter((id) => refused.has(id))).toEqual([]);
  });
});
