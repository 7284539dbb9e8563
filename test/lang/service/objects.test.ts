import { describe, expect, test } from 'vitest';
import { type Completion, completions } from '../../../src/lang/service/completion.ts';
import { hover } from '../../../src/lang/service/hover.ts';
import { withCursor } from './case.ts';

function offered(text: string): readonly Completion[] {
  const { snapshot, at } = withCursor(text);
  return completions(snapshot, at).items;
}
const labels = (text: string) => offered(text).map(({ label }) => label);
const app = (body: string) => `app a { on: [web], resource Deployment web { ${body} } }`;
const podSpec = (body: string) => app(`spec: { template: { spec: { ${body} } } }`);

describe('completion in an object', () => {
  test.each([
    ['fields of a kind', app('¦'), ['metadata', 'spec']],
    ['fields below a field', app('spec: { repl¦ }'), ['replicas']],
    [
      'fields of a list',
      podSpec('containers: [{ name: "a", ima¦ }]'),
      ['image', 'imagePullPolicy'],
    ],
    [
      'fields, the brackets not closed',
      'app a {\n  resource Service s {\n    spec: { ty¦',
      ['type'],
    ],
    ['fields within a branch', podSpec('if cluster.env == prod { hostNet¦ }'), ['hostNetwork']],
    ['words of a field', podSpec('containers: [{ imagePullPolicy: ¦ }]'), ['Always', 'Never']],
    [
      'words, letter by letter',
      'policy p { musthave Service s { spec: { type: Clus¦',
      ['ClusterIP'],
    ],
    ['true and false', podSpec('hostNetwork: ¦'), ['true', 'false']],
    ['values of the module', app('spec: { replicas: repl¦ }'), ['replicas']],
    ['the cluster and lookups in an app', app('spec: { replicas: ¦ }'), ['cluster', 'hub']],
    ['what is looked up', app('spec: { replicas: hub.¦ }'), ['configmap', 'secret', 'get', 'list']],
    [
      'what is looked up on a cluster, in a policy',
      'policy p { musthave ConfigMap c { data: { a: agent.¦ } } }',
      ['claim', 'configmap'],
    ],
    [
      'fields of kinds of Open Cluster Management',
      'resource ManagedClusterAddOn a { spec: { ins¦ } }',
      ['installNamespace'],
    ],
    ['objects of tests', 'test "t" { on a { object Pod p { spec: { cont¦ } } } }', ['containers']],
    ['templates of policies', 'policy p { config c { musthave Role r { ru¦ } } }', ['rules']],
  ])('offers %s', (_, text, expected) => {
    expect(labels(text)).toEqual(expect.arrayContaining(expected));
  });

  test('shows what must be there first, and says so', () => {
    const [first, second, ...others] = offered(app('spec: { ¦ }'));
    expect([first?.label, second?.label]).toEqual(['selector', 'template']);
    expect([first?.required, second?.required]).toEqual([true, true]);
    expect(others.some(({ required }) => required === true)).toBe(false);
    expect(first).toMatchObject({ insert: 'selector: ', detail: 'an object' });
    expect(offered(podSpec('containers: [{ imagePullPolicy: Nev¦ }]'))).toMatchObject([
      { label: 'Never', insert: '"Never"' },
    ]);
  });

  test('leaves out what is written, what the label says, and what is the business of servers', () => {
    expect(labels(app('spec: { replicas: 3, ¦ }'))).not.toContain('replicas');
    const metadata = labels(app('metadata: { ¦ }'));
    expect(metadata).toEqual(expect.arrayContaining(['namespace', 'labels', 'annotations']));
    for (const name of ['name', 'uid', 'managedFields']) expect(metadata).not.toContain(name);
    expect(labels(app('¦'))).not.toContain('status');
    expect(labels('policy p { musthave Pod { metadata: { ¦ } } }')).toContain('name');
  });

  test('follows the schema of a CRD file', () => {
    const schema = `{ type: object, properties: { spec: { type: object, required: [schedule], properties: {
      keep: { type: integer }, schedule: { type: string, enum: [daily, weekly] } } } } }`;
    const crd = `kind: CustomResourceDefinition
spec:
  group: example.com
  names: { kind: Backup }
  versions: [{ name: v1, storage: true, schema: { openAPIV3Schema: ${schema} } }]
`;
    const backup = (body: string) => `kind Backup: file("backup.yaml")
resource Backup nightly { spec: { ${body} } }
//# file: backup.yaml
${crd}`;
    expect(labels(backup('¦'))).toEqual(['schedule', 'keep']);
    expect(labels(backup('schedule: ¦'))).toEqual(expect.arrayContaining(['daily', 'weekly']));
  });

  test('follows a kind that an imported module declares', () => {
    const text = (body: string) => `import "./lib"
resource lib.Deployment web { ${body} }
//# file: lib/kinds.ocm
kind Deployment: "apps/v1"
`;
    expect(labels(text('¦'))).toEqual(['spec', 'metadata']);
    expect(labels(text('metadata: { ¦ }'))).not.toContain('name');
    const { snapshot, at } = withCursor(text('spec: { repl¦icas: 3 }'));
    expect(hover(snapshot, at)?.markdown).toContain('of a Deployment');
  });

  test('offers nothing of kinds nobody knows', () => {
    expect(labels('resource Whatever w { ¦ }')).toEqual([]);
  });
});

describe('hover in an object', () => {
  test.each([
    [
      'its type and path',
      app('spec: { repl¦icas: 3 }'),
      ['`spec.replicas` of a Deployment, an int.'],
    ],
    ['that it must be there', podSpec('containers: [{ na¦me: "a" }]'), ['a string. Required.']],
    [
      'the words it may be',
      podSpec('containers: [{ name: "a", image¦PullPolicy: Always }]'),
      ['One of `Always`, `IfNotPresent`, `Never`.'],
    ],
    [
      'what its schema says of it',
      'resource Placement p { spec: { number¦OfClusters: 3 } }',
      ['How many; without', '`spec.numberOfClusters` of a Placement'],
    ],
  ])('says of a field %s', (_, text, expected) => {
    const { snapshot, at } = withCursor(text);
    const shown = hover(snapshot, at)?.markdown ?? '';
    for (const part of expected) expect(shown).toContain(part);
  });

  test('says nothing of a field nobody knows', () => {
    const { snapshot, at } = withCursor('resource Whatever w { spec: { a¦: 3 } }');
    expect(hover(snapshot, at)).toBeNull();
  });
});
