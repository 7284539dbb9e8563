import { describe, expect, it } from 'vitest';
import { instant, parseInstant, plus } from '../../../src/base/instant.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import { ageOf, humanDuration } from '../../../src/kube/table/age.ts';
import { tableOf } from '../../../src/kube/table/table.ts';
import { samples } from './samples.ts';

const now = parseInstant('2024-01-02T00:00:00Z') ?? instant(0);
const cellsOf = (kind: { group: string; kind: string }, object: unknown) =>
  tableOf(kind, [object as KubeObject], now).rows[0]?.cells;

describe('humanDuration', () => {
  it.each([
    [-5_000, '<invalid>'],
    [-500, '0s'],
    [0, '0s'],
    [119_999, '119s'],
    [120_000, '2m'],
    [599_000, '9m59s'],
    [600_000, '10m'],
    [179 * 60_000, '179m'],
    [3 * 3_600_000, '3h'],
    [7.5 * 3_600_000, '7h30m'],
    [47 * 3_600_000, '47h'],
    [48 * 3_600_000, '2d'],
    [(7 * 24 + 5) * 3_600_000, '7d5h'],
    [8 * 86_400_000, '8d'],
    [729 * 86_400_000, '729d'],
    [730 * 86_400_000, '2y'],
    [800 * 86_400_000, '2y70d'],
    [9 * 365 * 86_400_000, '9y'],
  ])('%d ms is %s', (millis, text) => {
    expect(humanDuration(millis)).toBe(text);
  });

  it('says when it cannot tell', () => {
    expect(ageOf(undefined, now)).toBe('<unknown>');
    expect(ageOf('soon', now)).toBe('<invalid>');
  });
});

describe('tableOf', () => {
  const web = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', creationTimestamp: '2024-01-01T23:58:00Z' },
    spec: {},
    status: { readyReplicas: 1 },
  };

  it('shows a Deployment as kubectl does, replicas absent meaning one', () => {
    const table = tableOf({ group: 'apps', kind: 'Deployment' }, [web], now);
    expect(table.columnDefinitions.map((column) => [column.name, column.priority])).toEqual([
      ['Name', 0],
      ['Ready', 0],
      ['Up-to-date', 0],
      ['Available', 0],
      ['Age', 0],
      ['Containers', 1],
      ['Images', 1],
      ['Selector', 1],
    ]);
    expect(table.rows[0]?.cells).toEqual(['web', '1/1', 0, 0, '2m', '', '', '<none>']);
  });

  it('brings the metadata with each row unless told otherwise', () => {
    const of = { group: 'apps', kind: 'Deployment' };
    expect(tableOf(of, [web], now).rows[0]?.object).toEqual({
      apiVersion: 'meta.k8s.io/v1',
      kind: 'PartialObjectMetadata',
      metadata: web.metadata,
    });
    expect(tableOf(of, [web], now, { include: 'Object' }).rows[0]?.object).toBe(web);
    expect(tableOf(of, [web], now, { include: 'None' }).rows[0]).not.toHaveProperty('object');
  });

  it('shows a ManagedCluster by its printer columns', () => {
    const condition = (type: string, status: string) => ({ type, status });
    expect(
      cellsOf(
        { group: 'cluster.open-cluster-management.io', kind: 'ManagedCluster' },
        {
          metadata: { name: 'c1', creationTimestamp: '2024-01-01T00:00:00Z' },
          spec: { hubAcceptsClient: true },
          status: {
            conditions: [
              condition('ManagedClusterJoined', 'True'),
              condition('ManagedClusterConditionAvailable', 'Unknown'),
            ],
          },
        },
      ),
    ).toEqual(['c1', true, null, 'True', 'Unknown', '24h']);
  });

  it('names the clusters of a PlacementDecision, five at most', () => {
    const decision = (count: number) => ({
      metadata: { name: 'd', labels: { 'cluster.open-cluster-management.io/placement': 'web' } },
      status: {
        decisions: Array.from({ length: count }, (_, index) => ({ clusterName: `c${index}` })),
      },
    });
    const kind = { group: 'cluster.open-cluster-management.io', kind: 'PlacementDecision' };
    expect(cellsOf(kind, decision(2))).toEqual(['d', 'web', 'c0,c1', '<unknown>']);
    expect(cellsOf(kind, decision(7))?.[2]).toBe('c0,c1,c2,c3,c4 + 2 more...');
  });

  it('shows a kind of others by the columns it is told, or by name and age', () => {
    const object = { metadata: { name: 'x' }, spec: { a: { b: [1, 2] }, when: 'never' } };
    const columns = [
      { name: 'B', type: 'integer' as const, jsonPath: '.spec.a.b[1]', priority: 1 },
      { name: 'A', type: 'string' as const, jsonPath: '.spec.a' },
      { name: 'When', type: 'date' as const, jsonPath: '.spec.when' },
      { name: 'Odd', type: 'string' as const, jsonPath: '.spec[' },
    ];
    const of = { group: 'x.test', kind: 'X' };
    const table = tableOf(of, [object as unknown as KubeObject], now, { columns });
    expect(table.rows[0]?.cells).toEqual(['x', 2, '{"b":[1,2]}', '<invalid>', null]);
    expect(table.columnDefinitions[1]).toMatchObject({ name: 'B', type: 'integer', priority: 1 });
    const plain = tableOf(of, [object as unknown as KubeObject], now, { columns: [] });
    expect(plain.columnDefinitions.map((column) => column.name)).toEqual(['Name', 'Age']);
  });

  it('has a row for every object, however odd', () => {
    const odd = JSON.parse('{"metadata":{"name":{"a":1}},"spec":5,"status":{"conditions":{}}}');
    for (const { object } of samples) {
      const [group = ''] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : [''];
      const table = tableOf({ group, kind: object.kind }, [odd, object as never], plus(now, 1));
      expect(table.rows.map((row) => row.cells.length)).toEqual([
        table.columnDefinitions.length,
        table.columnDefinitions.length,
      ]);
    }
  });
});
