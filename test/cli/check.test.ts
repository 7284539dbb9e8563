import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { exit } from '../../src/cli/io.ts';
import { badPlacements, goodPlacements } from '../support/bad-placements.ts';
import { root } from '../support/capabilities.ts';
import { ocm, temporaryFolder } from './folder.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

const module = (name: string, text: string) => {
  folder.write(`${name}/main.ocm`, text);
  return name;
};
const check = (...argv: readonly string[]) => ocm(folder.path, 'check', ...argv);

describe('a module', () => {
  test('that is good ends with 0 and a summary, and prints nothing else', async () => {
    const ran = await ocm(root, 'check', 'examples/quickstart');
    expect(ran).toEqual({ code: exit.ok, out: '', err: '2 files fine: 5 declarations\n' });
  });

  test('of one declaration in one file is counted so', async () => {
    const ran = await check(module('one', 'namespace shop\nclusterset a { }\n'));
    expect(ran.err).toBe('1 file fine: 1 declaration\n');
  });

  test('with a syntax error is shown with place and remedy, and nothing else', async () => {
    const name = module('syntax', 'namespace shop\nplacement p {\n  where: (\n}\n');
    expect(await check(name)).toEqual({
      code: exit.no,
      out: [
        'error[OCM1001]: expected `)` here',
        ' ┌─ syntax/main.ocm:3:11',
        '3│   where: (',
        ' │           ^',
        'help: the `(` before it is not closed',
        '',
      ].join('\n'),
      err: '1 error in 1 file\n',
    });
  });

  test('with a type error is shown with place and remedy', async () => {
    const fleet = 'fleet { env: prod | dev }';
    const name = module(
      'types',
      `namespace s\n${fleet}\nplacement p { where: cluster.env == prdo }\n`,
    );
    const { code, out, err } = await check(name);
    expect(code).toBe(exit.no);
    expect(out).toContain('┌─ types/main.ocm:3:37');
    expect(out).toContain('help: did you mean `prod`?');
    expect(err).toBe('1 error in 1 file\n');
  });

  test('with an unknown placement: it is named, with those there are', async () => {
    const policy =
      'policy x { on: [missing] musthave ConfigMap a { metadata: { namespace: "d" } } }';
    const name = module('unknown', `namespace shop\nplacement web {}\n${policy}\n`);
    const { code, out } = await check(name);
    expect(code).toBe(exit.no);
    expect(out).toContain('error[OCM2001]: unknown placement `missing`');
    expect(out).toContain('unknown/main.ocm:3:17');
    expect(out).toContain('help: each placement here: `web`');
  });

  test('without the binding of a set: a warning that names both and the line to add', async () => {
    const name = module(
      'unbound',
      'namespace shop\nclusterset core { members: exclusive }\nplacement p { from: [core] }\n',
    );
    const { code, out } = await check(name);
    expect(code).toBe(exit.ok);
    expect(out).toContain('warning[OCM4006]: the set `core` is not bound to namespace `shop`');
    expect(out).toContain('help: bind it: `namespace shop { bind: [core] }`');
  });

  test('--deny lets one warning fail the check, and no other', async () => {
    const name = module(
      'denied',
      'namespace shop\nclusterset core { members: exclusive }\nplacement p { from: [core] }\n',
    );
    expect((await check(name, '--deny', 'OCM4006')).code).toBe(exit.no);
    expect((await check(name, '--deny', 'OCM4007')).code).toBe(exit.ok);
  });

  test('that imports itself by way of another: the circle is named', async () => {
    folder.write('round/main.ocm', 'namespace shop\nimport "./other" as other\n');
    folder.write('round/other/main.ocm', 'import ".." as back\n');
    const { code, out, err } = await check('round');
    expect(code).toBe(exit.no);
    expect(out).toContain('error[OCM2017]: modules import each other: round → round/other → round');
    expect(err).not.toContain('internal error');
  });

  test('as JSON: code, severity, message, place from 1, help and fixes', async () => {
    const name = module('json', 'namespace shop\nplacement q { where: cluster.nme == "x" }\n');
    const { code, out, err } = await check(name, '-o', 'json');
    expect(code).toBe(exit.no);
    expect(err).toBe('');
    expect(JSON.parse(out)).toEqual([
      {
        code: 'OCM2002',
        severity: 'error',
        message: '`nme` is not known in `cluster`',
        file: 'json/main.ocm',
        span: { start: 44, end: 47 },
        start: { line: 2, column: 30 },
        end: { line: 2, column: 33 },
        help: ['did you mean `name`?', expect.stringContaining('fleet')],
        fixes: [{ title: 'write `name`', edits: [{ span: { start: 44, end: 47 }, text: 'name' }] }],
      },
    ]);
  });

  test('as JSON when nothing is wrong: an empty list', async () => {
    const ran = await ocm(root, 'check', 'examples/quickstart', '-o', 'json');
    expect(ran).toEqual({ code: exit.ok, out: '[]\n', err: '' });
  });

  test.each(['nowhere', 'nowhere.ocm', 'nowhere/main.ocm', 'nowhere.yaml'])(
    'that is not there is said so: %s',
    async (name) => {
      expect(await check(name)).toEqual({
        code: exit.environment,
        out: '',
        err: `error: cannot read ${name}: it does not exist\n`,
      });
    },
  );

  test('a folder without .ocm files is said so', async () => {
    folder.write('empty/notes.txt', '');
    const { code, err } = await check('empty');
    expect({ code, err }).toEqual({ code: exit.no, err: 'error: no .ocm file in empty\n' });
  });
});

describe('upstream YAML', () => {
  const placement = (spec: string) =>
    `apiVersion: cluster.open-cluster-management.io/v1beta1\nkind: Placement\nmetadata: { name: web, namespace: shop }\nspec: ${spec}\n`;
  const selector = (text: string) => `{ predicates: [{ requiredClusterSelector: { ${text} } }] }`;
  const checkYaml = (spec: string) => check(folder.write('placement.yaml', placement(spec)));

  test('a valid Placement is fine', async () => {
    const spec = selector('labelSelector: { matchLabels: { env: prod } }');
    expect(await checkYaml(spec)).toEqual({
      code: exit.ok,
      out: '',
      err: '1 object, 0 problems\n',
    });
  });

  test('an operator that selectors do not have is named', async () => {
    const bad = '{ key: env, operator: Gt, values: ["1"] }';
    const { code, out } = await checkYaml(
      selector(`labelSelector: { matchExpressions: [${bad}] }`),
    );
    expect(code).toBe(exit.no);
    expect(out).toMatch(
      /^error: .*placement\.yaml: Placement web: .*"Gt" is not a valid label selector operator/,
    );
  });

  test('CEL that does not compile is shown with its place', async () => {
    const { code, out } = await checkYaml(
      selector('celSelector: { celExpressions: ["managedCluster.nope("] }'),
    );
    expect(code).toBe(exit.no);
    expect(out).toContain('placement.yaml: Placement web: ');
    expect(out).toContain('managedCluster.nope(');
  });

  test('a negative numberOfClusters is refused, because it ends upstream’s controller', async () => {
    const { code, out } = await checkYaml('{ numberOfClusters: -1 }');
    expect(code).toBe(exit.no);
    expect(out).toContain(
      'placement.yaml: Placement web: spec.numberOfClusters: numberOfClusters is negative: -1\n',
    );
  });

  test.each(badPlacements)('%s is refused', async (_, spec, said) => {
    const { code, out } = await checkYaml(JSON.stringify(spec));
    expect(code).toBe(exit.no);
    expect(out.match(/^error: /gm)).toHaveLength(1);
    expect(out).toContain(said);
  });

  test.each(goodPlacements)('nothing is wrong with %j', async (spec) => {
    expect(await checkYaml(JSON.stringify(spec))).toMatchObject({ code: exit.ok, out: '' });
  });

  test('a name longer than a label, and annotations of ours that mean nothing, are refused', async () => {
    const named = (metadata: string) =>
      check(folder.write('named.yaml', placement('{}').replace('name: web', metadata)));
    expect((await named(`name: ${'n'.repeat(64)}`)).out).toContain(
      'metadata.name: at most 63 characters',
    );
    const annotated = (key: string, value: string) =>
      named(`name: web, annotations: { ocmlang.dev/${key}: "${value}" }`);
    expect((await annotated('remove-at-most', 'lots')).out).toContain('removeAtMost: lots');
    expect((await annotated('trust', 'nobody')).out).toContain('trust is not known: nobody');
  });

  test('a field of the wrong type is named', async () => {
    const { code, out } = await checkYaml('{ numberOfClusters: many }');
    expect(code).toBe(exit.no);
    expect(out).toContain('spec.numberOfClusters: ');
  });

  test('a toleration and a group size that mean nothing are refused', async () => {
    const equal = '{ tolerations: [{ operator: Equal, value: "x" }] }';
    expect((await checkYaml(equal)).out).toContain('If the key is empty, operator must be Exists.');
    const groups = '{ decisionStrategy: { groupStrategy: { clustersPerDecisionGroup: "3" } } }';
    expect((await checkYaml(groups)).out).toContain('"3" is a text; write 3, or a percentage');
  });

  test('what is no Kubernetes object is told with file and line', async () => {
    folder.write('odd.yaml', `${placement('{}')}---\njust: text\n`);
    const { code, out, err } = await check('odd.yaml');
    expect({ code, out }).toEqual({ code: exit.no, out: '' });
    expect(err).toBe('error: odd.yaml:6: this is no Kubernetes object\n');
  });

  test('as JSON: a list of files, objects and messages', async () => {
    folder.write('negative.yaml', placement('{ numberOfClusters: -1 }'));
    const { code, out } = await check('negative.yaml', '-o', 'json');
    expect(code).toBe(exit.no);
    expect(JSON.parse(out)).toEqual([
      {
        file: 'negative.yaml',
        object: 'Placement web',
        message: expect.stringContaining('negative'),
      },
    ]);
  });
});

const conformance = join(root, '../shared/conformance');
const missing = !existsSync(conformance);
const why = missing ? ' (skipped: no ../shared/conformance)' : '';

describe(`what upstream is tested with${why}`, () => {
  interface Case {
    readonly id: string;
    readonly input: { readonly placements?: readonly Readonly<Record<string, unknown>>[] };
    readonly expected: {
      readonly placements?: Readonly<
        Record<string, { conditions?: readonly { type: string; status: string }[] }>
      >;
    };
  }
  const isWrong = ({ expected }: Case) =>
    Object.values(expected.placements ?? {}).some(({ conditions }) =>
      conditions?.some(
        ({ type, status }) => type === 'PlacementMisconfigured' && status === 'True',
      ),
    );

  test.skipIf(missing)(
    'every Placement that upstream finds misconfigured fails the check, and none crashes it',
    async () => {
      const lines = readFileSync(join(conformance, 'placement/cases.ndjson'), 'utf8').split('\n');
      const cases = lines.filter((line) => line !== '').map((line): Case => JSON.parse(line));
      let checked = 0;
      const passed: string[] = [];
      for (const one of cases) {
        const kind = {
          apiVersion: 'cluster.open-cluster-management.io/v1beta1',
          kind: 'Placement',
        };
        const placements = (one.input.placements ?? []).map((of) => ({ ...kind, ...of }));
        if (placements.length === 0) continue;
        checked += placements.length;
        const text = placements.map((of) => JSON.stringify(of)).join('\n---\n');
        const { code, err } = await check(folder.write('case.yaml', text));
        expect(err, one.id).toMatch(/^\d+ objects?, \d+ problems?\n$/);
        if (isWrong(one) && code === exit.ok) passed.push(one.id);
      }
      expect(checked).toBeGreaterThan(200);
      expect(passed).toEqual([]);
    },
  );

  test.skipIf(missing)('every policy of the policy collection is fine', async () => {
    const files = readdirSync(join(conformance, 'policies'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.yaml'))
      .sort();
    expect(files.length).toBeGreaterThan(50);
    const failed: string[] = [];
    for (const name of files) {
      const text = readFileSync(join(conformance, 'policies', name), 'utf8');
      const { code, out, err } = await check(folder.write('policy.yaml', text));
      expect(err, name).toMatch(/^\d+ objects?, \d+ problems?\n$/);
      if (code !== exit.ok) failed.push(`${name}: ${out}`);
    }
    expect(failed).toEqual([]);
  });
});

describe('--inventory', () => {
  const cluster = (name: string, env: string) =>
    `apiVersion: cluster.open-cluster-management.io/v1\nkind: ManagedCluster\nmetadata: { name: ${name}, labels: { env: ${env}, cluster.open-cluster-management.io/clusterset: core } }\n`;
  const text =
    'namespace shop\nfleet { env: prod | dev }\nclusterset core { }\nnamespace shop { bind: [core] }\nplacement p { where: cluster.env == prod }\n';

  test('adds what recorded clusters say, which --deny makes fail', async () => {
    const name = module('recorded', text);
    folder.write('odd.yaml', `${cluster('a', 'dev')}---\n${cluster('b', 'prdo')}`);
    const { code, out, err } = await check(name, '--inventory', 'odd.yaml');
    expect(code).toBe(exit.ok);
    expect(out).toContain('warning[OCM4014]: `env` has `prdo`, which is outside its type,');
    expect(out).toContain('help: with `cluster.env == dev` it matches 1 of 2 clusters');
    expect(err).toBe('2 warnings in 1 file\n');
    const denied = await check(name, '--inventory', 'odd.yaml', '--deny', 'OCM4014');
    expect(denied.code).toBe(exit.no);
  });

  test('adds nothing where the clusters are as the fleet says', async () => {
    folder.write('even.yaml', cluster('a', 'prod'));
    const ran = await check(module('recorded', text), '--inventory', 'even.yaml');
    expect(ran).toMatchObject({ code: exit.ok, out: '' });
  });

  test('is not for upstream YAML', async () => {
    const { code, err } = await check('even.yaml', '--inventory', 'even.yaml');
    expect(code).toBe(exit.usage);
    expect(err).toContain('--inventory is for modules');
  });
});
