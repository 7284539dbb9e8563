import { afterAll, expect, test } from 'vitest';
import { exit } from '../../src/cli/io.ts';
import { root } from '../support/capabilities.ts';
import { ocm, temporaryFolder } from './folder.ts';

const folder = temporaryFolder();
afterAll(folder.remove);
const docs = async (name: string, text: string) => {
  folder.write(`${name}/main.ocm`, text);
  return ocm(folder.path, 'docs', name);
};
const lines = (...all: readonly string[]) => `${all.join('\n')}\n`;

test('parameters, values, kinds, types and functions with what is said of them', async () => {
  const { code, out, err } = await docs(
    'values',
    `/// How many.
/// At least one.
param size: int | string = 3
param image: string
let both = [1, // one
  2]
let _private = 1
kind Web: "acme.io/v1"
/// What fits.
type Size = { cpu: int } // behind
@deprecated("use newer")
fun older(a: int, b: string): bool = true
`,
  );
  expect({ code, err }).toEqual({ code: exit.ok, err: '' });
  expect(out).toBe(
    lines(
      '# values',
      '',
      '## Parameters',
      '',
      '| parameter | type | default |  |',
      '|---|---|---|---|',
      '| `size` | `int \\| string` | `3` | How many. At least one. |',
      '| `image` | `string` | **required** |  |',
      '',
      '## Types',
      '',
      '### Size',
      '',
      'What fits.',
      '',
      '```ocm',
      'type Size = { cpu: int }',
      '```',
      '',
      '## Kinds',
      '',
      '| kind | from |  |',
      '|---|---|---|',
      '| `Web` | `"acme.io/v1"` |  |',
      '',
      '## Values',
      '',
      '| name | value |  |',
      '|---|---|---|',
      '| `both` | `[1, 2]` |  |',
      '',
      '## Functions',
      '',
      '### older',
      '',
      '`fun older(a: int, b: string): bool`',
      '',
      '**Deprecated:** use newer',
      '',
    ),
  );
});

test('clusters, sets and placements, also those a loop makes', async () => {
  const { out } = await docs(
    'blocks',
    `namespace shop
fleet {
  /// Set by the pipeline.
  env: prod | dev from label "environment"
  ring: canary | broad = broad
}
clusterset prod {}
/// One for each region.
for r in ["a", "b"] {
  placement "web-\${r}" {
    where: cluster.env == prod || cluster.name == r
    group canary { where: cluster.ring == canary }
  }
}
policy core { on: [web-a] musthave Namespace core {} }
fixture x {}
test "left out" { fleet: x }
`,
  );
  expect(out).toBe(
    lines(
      '# blocks',
      '',
      '## Clusters',
      '',
      '| attribute | type | without it | from |  |',
      '|---|---|---|---|---|',
      '| `cluster.env` | `prod \\| dev` | required | `label "environment"` | Set by the pipeline. |',
      '| `cluster.ring` | `canary \\| broad` | `broad` | `label "ring"` |  |',
      '',
      '## Cluster sets',
      '',
      '### prod',
      '',
      '## Placements',
      '',
      `### "web-\${r}"`,
      '',
      'One for each region.',
      '',
      'Once `for r in ["a", "b"]`.',
      '',
      '|  |  |',
      '|---|---|',
      '| `where` | `cluster.env == prod \\|\\| cluster.name == r` |',
      '| `group canary` | `cluster.ring == canary` |',
      '',
      '## Policies',
      '',
      '### core',
      '',
      '|  |  |',
      '|---|---|',
      '| `on` | `[web-a]` |',
      '| `musthave Namespace core` |  |',
    ),
  );
});

test('backquotes, fences and long values stay code on one line', async () => {
  const { out } = await docs(
    'odd',
    `let \`odd name\` = 1\nlet a = \`odd name\`\nlet b = \`\`\`json\n  package x\n  \`\`\`\nlet c = [${'1, '.repeat(99)}]\nlet d = "https://x//y"\n`,
  );
  expect(out).toContain('| `a` | `` `odd name` `` |  |');
  expect(out).toContain('| `b` | ```` ```json package x ``` ```` |  |');
  expect(out).toContain('| `d` | `"https://x//y"` |');
  expect(out).toMatch(/\| `c` \| `\[1, [1, ]+…` \|/);
});

test('a module with syntax errors is shown with them instead', async () => {
  const { code, out, err } = await docs('broken', 'let a = 1\nplacement p { where: ( }\n');
  expect({ code, out }).toEqual({ code: exit.no, out: '' });
  expect(err).toContain('broken/main.ocm:2:');
});

test('the example is documented whole', async () => {
  const { code, out } = await ocm(root, 'docs', 'examples/large-fleet');
  expect(code).toBe(exit.ok);
  expect(out.match(/^### /gm)?.length).toBeGreaterThan(20);
});

test('of a module with mistakes they are said instead; what is given later is none', async () => {
  const wrong = await docs('mistaken', 'namespace s\nlet a: int = "x"\n');
  expect({ code: wrong.code, out: wrong.out }).toEqual({ code: exit.no, out: '' });
  expect(wrong.err).toContain('error[OCM2004]');
  const open = await docs('open', 'param image: string\n');
  expect({ code: open.code, err: open.err }).toEqual({ code: exit.ok, err: '' });
});
