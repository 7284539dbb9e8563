import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { isJsonObject, type Json } from '../../../src/base/json.ts';
import { WorkspaceReader } from '../../../src/cli/workspace.ts';
import { placeOf } from '../../../src/ir/origin.ts';
import { type Analysis, analyse, originAt, sourceMap } from '../../../src/lang/index.ts';

const source = `namespace shop
fleet { env: prod | dev }
clusterset eu { members: exclusive }
namespace shop { bind: [eu] }
placement web {
  from: [eu]
  where: cluster.env == prod
  take: 7
  tolerate: [
    { key: "gpu" },
    { key: "planned" },
  ]
  labels: { "team/name": "storefront" }
  group canary { where: cluster.env == dev }
}
policy owner {
  on: [web]
  severity: high
  config settings {
    prune: DeleteIfCreated
    musthave ConfigMap one { data: { first: "1st" } }
    musthave ConfigMap two {
      metadata: { namespace: "default" }
      data: { "odd key": "2nd" }
    }
  }
  musthave Secret three { stringData: { third: "3rd" } }
}
resource ConfigMap plain {
  data: { fourth: "4th" }
}
`;
const lines = source.split('\n');

function mapOf(text: string): ReturnType<typeof sourceMap> & Json {
  const { program, checked } = sound(analyse({ files: [{ uri: 'main.ocm', text }] }));
  return sourceMap(program, checked) as never;
}

function sound({ program, checked, diagnostics }: Analysis) {
  if (program === null) throw new Error(diagnostics.map(({ code }) => code).join());
  return { program, checked };
}

describe('the source map', () => {
  const { program, checked } = sound(analyse({ files: [{ uri: 'main.ocm', text: source }] }));
  const map = sourceMap(program, checked);
  /** The line a field was written in. */
  const lineOf = (kind: string, name: string, path: string): string => {
    const object = map.find((one) => one.object.kind === kind && one.object.metadata.name === name);
    if (object === undefined) throw new Error(`no ${kind} ${name}`);
    const origin = originAt(object, path);
    const place = origin === null ? null : placeOf(program.files, origin);
    return lines[(place?.line ?? 0) - 1]?.trim() ?? '';
  };

  test.each([
    ['ManagedClusterSet', 'eu', 'spec.clusterSelector', 'clusterset eu { members: exclusive }'],
    ['ManagedClusterSetBinding', 'eu', 'spec.clusterSet', 'namespace shop { bind: [eu] }'],
    ['Placement', 'web', '', 'placement web {'],
    ['Placement', 'web', 'spec.clusterSets[0]', 'from: [eu]'],
    ['Placement', 'web', 'spec.numberOfClusters', 'take: 7'],
    [
      'Placement',
      'web',
      'spec.predicates[0].requiredClusterSelector',
      'where: cluster.env == prod',
    ],
    ['Placement', 'web', 'spec.tolerations[1].key', '{ key: "planned" },'],
    ['Placement', 'web', 'metadata.labels["team/name"]', 'labels: { "team/name": "storefront" }'],
    [
      'Placement',
      'web',
      'spec.decisionStrategy.groupStrategy.decisionGroups[0].groupClusterSelector',
      'group canary { where: cluster.env == dev }',
    ],
    ['Placement', 'web', 'spec.prioritizerPolicy', 'placement web {'],
    ['Policy', 'owner', 'spec.disabled', 'policy owner {'],
    [
      'Policy',
      'owner',
      'spec.policy-templates[0].objectDefinition.spec.pruneObjectBehavior',
      'prune: DeleteIfCreated',
    ],
    [
      'Policy',
      'owner',
      'spec.policy-templates[0].objectDefinition.spec.object-templates[0].objectDefinition.data.first',
      'musthave ConfigMap one { data: { first: "1st" } }',
    ],
    [
      'Policy',
      'owner',
      'spec.policy-templates[0].objectDefinition.spec.object-templates[1].objectDefinition.data["odd key"]',
      'data: { "odd key": "2nd" }',
    ],
    [
      'Policy',
      'owner',
      'spec.policy-templates[1].objectDefinition.spec.object-templates[0].objectDefinition.stringData.third',
      'musthave Secret three { stringData: { third: "3rd" } }',
    ],
    ['ConfigMap', 'plain', 'data.fourth', 'data: { fourth: "4th" }'],
  ])('%s %s %s', (kind, name, path, line) => {
    expect(lineOf(kind, name, path)).toBe(line);
  });
});

const examples = fileURLToPath(new URL('../../../examples', import.meta.url));
const modules = readdirSync(examples).filter((name) =>
  existsSync(join(examples, name, 'main.ocm')),
);

test.each(modules)('every field of every object of examples/%s leads to a line', (name) => {
  const folder = join(examples, name);
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.ocm'))
    .map((file) => ({ uri: file, text: readFileSync(join(folder, file), 'utf8') }));
  const reader = new WorkspaceReader(folder);
  const workspace = {
    read: (path: string) => reader.read(path),
    list: (glob: string) => reader.list(glob),
  };
  const { program, checked } = sound(analyse({ files, workspace }));
  let found = 0;
  for (const mapped of sourceMap(program, checked)) {
    for (const path of pathsOf(mapped.object as unknown as Json, '')) {
      const origin = originAt(mapped, path);
      const place = origin === null ? null : placeOf(program.files, origin);
      expect(place, `${mapped.object.kind} ${path}`).not.toBeNull();
      found += 1;
    }
  }
  expect(found).toBeGreaterThan(10);
});

test('a module of nothing has an empty map', () => {
  expect(mapOf('namespace empty\n')).toEqual([]);
});

function pathsOf(value: Json | undefined, at: string): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => pathsOf(item, `${at}[${index}]`));
  if (!isJsonObject(value)) return [at];
  return Object.entries(value).flatMap(([key, item]) =>
    pathsOf(item, at === '' ? key : `${at}.${key}`),
  );
}
