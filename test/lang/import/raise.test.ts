import { describe, expect, test } from 'vitest';
import { importYaml } from '../../../src/lang/import/import.ts';
import { objectsOf } from './round-trip.ts';

const yaml = (field: string, value: string) => `apiVersion: policy.open-cluster-management.io/v1
kind: Policy
metadata: { name: p, namespace: shop }
spec:
  disabled: false
  remediationAction: inform
  policy-templates:
  - objectDefinition:
      apiVersion: policy.open-cluster-management.io/v1
      kind: ConfigurationPolicy
      metadata: { name: p }
      spec:
        customMessage: { compliant: '{{hub .ManagedClusterName hub}}' }
        object-templates:
        - complianceType: musthave
          objectDefinition:
            apiVersion: apps/v1
            kind: Deployment
            metadata: { name: 'web-{{hub .ManagedClusterName hub}}' }
            spec:
              replicas: '{{hub fromConfigMap "" "sizes" .ManagedClusterName | toInt hub}}'
              ${field}: '${value}'
`;

const raised = (field: string, value: string) =>
  importYaml({ files: [{ uri: 'p.yaml', text: yaml(field, value) }], raise: true });

describe('ocm import --raise', () => {
  test('makes expressions of templates, counts them, and leaves what it cannot prove', () => {
    const { files, counts } = raised(
      'paused',
      '{{ lookup "v1" "Secret" "a" "b" | empty | toBool }}',
    );
    const text = files?.[0]?.text ?? '';
    expect(text).toContain('musthave Deployment "web-${cluster.name}" {');
    expect(text).toContain('replicas: int(hub.configmap("sizes").data[cluster.name] ?? "") ?? 0');
    expect(text).toMatch(/paused: +```gotmpl/);
    expect(text).toContain('message: { compliant: "{{hub .ManagedClusterName hub}}" }');
    expect(counts).toMatchObject({ raised: 2, fences: { gotmpl: 1 } });
  });

  test('what is raised compiles; the rest of the object is what it was', () => {
    const { files } = raised('paused', '{{ true | toBool }}');
    const [policy] = [...objectsOf(files?.[0]?.text ?? '').values()];
    const text = JSON.stringify(policy);
    expect(text).toContain('web-{{hub .ManagedClusterName hub}}');
    expect(text).toContain('"paused":"{{ true | toBool }}"');
    expect(text).not.toContain('fromConfigMap \\"\\" \\"sizes\\" .ManagedClusterName | toInt hub');
  });

  test('a policy in which an expression does not fit its field keeps all its templates', () => {
    const { files, counts, lowered } = raised('paused', '{{hub fromConfigMap "" "c" "k" hub}}');
    expect(counts.raised).toBe(0);
    expect(lowered).toEqual([]);
    expect(files?.[0]?.text).toMatch(/replicas: +```gotmpl/);
  });

  test('without --raise nothing is', () => {
    const { files, counts } = importYaml({
      files: [{ uri: 'p.yaml', text: yaml('paused', '{{ true | toBool }}') }],
    });
    expect(counts.raised).toBe(0);
    expect(files?.[0]?.text).not.toContain('cluster.name');
  });
});
