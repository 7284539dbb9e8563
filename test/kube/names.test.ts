import { describe, expect, it } from 'vitest';
import {
  dnsLabelFaults,
  isDnsLabel,
  isDnsSubdomain,
  labelValueFaults,
  pathSegmentFaults,
  qualifiedNameFaults,
} from '../../src/kube/names.ts';

describe('names', () => {
  it('tells labels from subdomains', () => {
    expect(isDnsLabel('cluster-1')).toBe(true);
    expect(isDnsLabel('a.b')).toBe(false);
    expect(isDnsSubdomain('a.b')).toBe(true);
    expect(isDnsSubdomain('a..b')).toBe(false);
    expect(isDnsSubdomain('')).toBe(false);
    expect(dnsLabelFaults('a'.repeat(64))).toEqual(['must be no more than 63 bytes']);
  });

  it('wants keys of labels with at most one slash', () => {
    expect(qualifiedNameFaults('cluster.open-cluster-management.io/clusterset')).toEqual([]);
    expect(qualifiedNameFaults('a/b/c')).toHaveLength(1);
    expect(qualifiedNameFaults('')).toEqual([
      'name part must be non-empty',
      expect.stringMatching(/^name part must consist of/),
    ]);
    expect(qualifiedNameFaults('/a')).toEqual(['prefix part must be non-empty']);
  });

  it('wants short values of labels, empty ones too', () => {
    expect(labelValueFaults('')).toEqual([]);
    expect(labelValueFaults('a b')).toHaveLength(1);
    expect(labelValueFaults('a'.repeat(64))).toHaveLength(1);
  });

  it('allows colons in names of roles', () => {
    expect(pathSegmentFaults('open-cluster-management:x')).toEqual([]);
    expect(pathSegmentFaults('..')).toHaveLength(1);
    expect(pathSegmentFaults('a%b')).toHaveLength(1);
  });

  it('answers at once on a text made to be slow', () => {
    const text = 'a'.repeat(1_000_000);
    for (const faults of [dnsLabelFaults, qualifiedNameFaults, labelValueFaults]) {
      expect(faults(text).length).toBeGreaterThan(0);
    }
  });
});
