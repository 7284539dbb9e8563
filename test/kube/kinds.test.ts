import { describe, expect, it } from 'vitest';
import { findKind, findResource, kindInfo, kindTable, pluralOf } from '../../src/kube/kinds.ts';

describe('kindTable', () => {
  it('has one entry a group and kind, and one a group and plural', () => {
    const kinds = kindTable.map((info) => `${info.group}/${info.kind}`);
    const plurals = kindTable.map((info) => `${info.group}/${info.plural}`);
    expect(new Set(kinds).size).toBe(kinds.length);
    expect(new Set(plurals).size).toBe(plurals.length);
  });

  it('gives no short name of a group to two kinds of it', () => {
    const names = kindTable.flatMap((info) =>
      [info.singular, info.plural, ...info.shortNames]
        .filter((name, index, list) => list.indexOf(name) === index)
        .map((name) => `${info.group}/${name}`),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it('finds a kind by plural, singular, short name, with group and version, in any case', () => {
    for (const name of [
      'deployments',
      'deployment',
      'deploy',
      'Deployment',
      'deployments.apps',
      'deployments.v1.apps',
      'DEPLOY.apps',
    ]) {
      expect(findKind(name), name).toMatchObject({ group: 'apps', kind: 'Deployment' });
    }
    expect(findKind('mcl')?.kind).toBe('ManagedCluster');
    expect(findKind('ns')).toMatchObject({ kind: 'Namespace', namespaced: false });
    expect(findKind('pods.v1')?.kind).toBe('Pod');
  });

  it('prefers the core group where two groups share a name', () => {
    expect(findKind('events')?.group).toBe('');
    expect(findKind('events.events.k8s.io')?.group).toBe('events.k8s.io');
  });

  it('finds nothing under a name of the object prototype', () => {
    expect(findKind('constructor')).toBeUndefined();
    expect(findKind('__proto__')).toBeUndefined();
    expect(findResource('', '')).toBeUndefined();
  });

  it('finds by resource and by kind', () => {
    expect(findResource('work.open-cluster-management.io', 'manifestworks')).toMatchObject({
      kind: 'ManifestWork',
      version: 'v1',
      namespaced: true,
      status: true,
    });
    expect(kindInfo({ group: '', kind: 'Endpoints' })?.plural).toBe('endpoints');
  });

  it('makes plurals as Kubernetes guesses them', () => {
    expect(pluralOf('NetworkPolicy')).toBe('networkpolicies');
    expect(pluralOf('Ingress')).toBe('ingresses');
    expect(pluralOf('Lease')).toBe('leases');
  });
});
