import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../support/capabilities.ts';
import { type Mirror, mirror, type Ran } from './mirror.ts';

/** Where the violation stands, what it imports, and the one rule that must object. */
const planted: readonly (readonly [from: string, to: string, rule: string])[] = [
  // the twenty-seven of the architecture
  ['src/engine/rollout/io.ts', 'node:fs', 'pure-has-no-io'],
  ['src/engine/rollout/up.ts', 'type src/runtime/control/it.ts', 'layer-engine'],
  ['src/engine/rollout/placed.ts', 'src/engine/placement/it.ts', 'apart-engine'],
  ['src/engine/placement/analysed.ts', 'src/engine/analyse/it.ts', 'engine-core'],
  ['src/lang/format/emitted.ts', 'src/lang/emit/it.ts', 'stage-format'],
  ['src/lang/import/emitted.ts', 'src/lang/emit/it.ts', 'stage-import'],
  ['src/lang/shape/bound.ts', 'src/lang/bind/it.ts', 'stage-shape'],
  ['src/runtime/hub/work/placed.ts', 'src/runtime/hub/placement/it.ts', 'apart-runtime-hub'],
  ['src/runtime/agent/hubbed.ts', 'src/runtime/hub/placement/it.ts', 'apart-runtime'],
  ['src/ir/worded.ts', 'src/lang/emit/it.ts', 'layer-ir'],
  ['src/runtime/control/parsed.ts', 'src/lang/syntax/it.ts', 'layer-runtime'],
  ['src/lsp/running.ts', 'src/runtime/control/it.ts', 'layer-lsp'],
  ['console/running.ts', 'src/runtime/control/it.ts', 'browser-is-pure'],
  ['src/engine/rollout/parser.ts', 'chevrotain', 'only-chevrotain'],
  ['src/engine/rollout/protocol.ts', 'vscode-languageserver', 'only-lsp'],
  ['src/engine/rollout/client.ts', '@kubernetes/client-node', 'only-kube-client'],
  ['src/lang/emit/parser.ts', 'chevrotain', 'only-chevrotain'],
  ['src/engine/rollout/schema.ts', 'ajv', 'only-ajv'],
  ['src/ir/yaml.ts', 'js-yaml', 'only-yaml'],
  ['src/runtime/hub/work/sql.ts', 'node:sqlite', 'only-sqlite'],
  ['src/base/cycle-a.ts', 'src/base/cycle-b.ts', 'no-circular'],
  ['src/runtime/hub/work/stored.ts', 'src/runtime/store/it.ts', 'store-behind-apiserver'],
  ['src/runtime/clusterservices/hubbed.ts', 'src/runtime/hub/placement/it.ts', 'apart-runtime'],
  ['src/engine/inventory/analysed.ts', 'src/engine/analyse/it.ts', 'engine-core'],
  ['src/lang/fold/bound.ts', 'src/lang/bind/it.ts', 'stage-fold'],
  ['src/runtime/agent/work/pattern.ts', 're2js', 'only-re2'],
  ['src/lang/bind/hashed.ts', '@noble/hashes/sha2.js', 'only-hashes'],
  ['src/engine/placement/sealed.ts', '@noble/ciphers', 'only-ciphers'],
  // the rules those leave out
  ['src/base/nouns.ts', 'src/kube/it.ts', 'layer-base'],
  ['src/kube/waist.ts', 'src/ir/it.ts', 'layer-kube'],
  ['src/lang/syntax/decided.ts', 'src/engine/analyse/it.ts', 'layer-lang'],
  ['src/cli/outside.ts', 'src/elsewhere/it.ts', 'layer-cli'],
  ['src/lang/syntax/worded.ts', 'src/lang/schema/it.ts', 'stage-syntax'],
  ['src/lang/schema/parsed.ts', 'src/lang/syntax/it.ts', 'stage-schema'],
  ['src/lang/bind/checked.ts', 'src/lang/check/it.ts', 'stage-bind'],
  ['src/lang/check/emitted.ts', 'src/lang/emit/it.ts', 'stage-check'],
  ['src/lang/emit/raised.ts', 'src/lang/raise/it.ts', 'stage-emit'],
  ['src/lang/raise/bound.ts', 'src/lang/bind/it.ts', 'stage-raise'],
  ['src/lang/incremental/raised.ts', 'src/lang/raise/it.ts', 'stage-incremental'],
  ['src/lang/render/read.ts', 'src/lang/syntax/it.ts', 'stage-render'],
  ['src/runtime/agent/work/status.ts', 'src/runtime/agent/policy/it.ts', 'apart-runtime-agent'],
  [
    'src/runtime/clusterservices/signing/spaces.ts',
    'src/runtime/clusterservices/namespace/it.ts',
    'apart-runtime-clusterservices',
  ],
  ['src/runtime/hub/policy/wasm.ts', '@open-policy-agent/opa-wasm', 'only-rego'],
  ['src/runtime/apiserver/signed.ts', '@peculiar/x509', 'only-x509'],
  ['src/runtime/control/words.ts', 'commander', 'only-commander'],
  ['src/runtime/control/gauges.ts', 'prom-client', 'only-metrics'],
  ['src/cli/bundled.ts', 'esbuild', 'no-unlisted-package'],
  ['src/cli/inside.ts', 'src/lsp/it.ts', 'lsp-by-its-entry'],
  ['editors/vscode/command.ts', 'src/cli/it.ts', 'browser-is-pure'],
  ['src/kube/gone.ts', 'src/kube/gone-too.ts', 'no-unresolvable'],
  ['src/kube/orphan.ts', '', 'no-orphans'],
];

/** Each pair is allowed, so a tree of these alone is clean. */
const clean: readonly (readonly [from: string, to: string])[] = [
  ['src/kube/it.ts', 'src/base/it.ts'],
  ['src/ir/it.ts', 'src/kube/it.ts'],
  ['src/lang/syntax/it.ts', 'chevrotain'],
  ['src/lang/schema/it.ts', 'src/ir/it.ts'],
  ['src/lang/bind/it.ts', 'src/lang/syntax/it.ts'],
  ['src/lang/check/it.ts', 'src/lang/bind/it.ts'],
  ['src/lang/emit/it.ts', 'src/lang/check/it.ts'],
  ['src/lang/raise/it.ts', 'src/lang/schema/it.ts'],
  ['src/engine/placement/it.ts', 'src/ir/it.ts'],
  ['src/engine/analyse/it.ts', 'src/engine/placement/it.ts'],
  ['src/runtime/control/it.ts', 'src/engine/analyse/it.ts'],
  ['src/runtime/store/it.ts', 'node:sqlite'],
  ['src/runtime/apiserver/it.ts', 'src/runtime/store/it.ts'],
  ['src/runtime/hub/placement/it.ts', 'src/runtime/control/it.ts'],
  ['src/runtime/agent/policy/it.ts', 'src/runtime/control/it.ts'],
  ['src/runtime/clusterservices/namespace/it.ts', 'src/runtime/control/it.ts'],
  ['src/lsp/it.ts', 'src/lang/emit/it.ts'],
  ['src/lsp/serve.ts', 'src/lsp/it.ts'],
  ['src/cli/it.ts', 'src/lsp/serve.ts'],
  ['src/elsewhere/it.ts', 'src/base/it.ts'],
];

// a cycle is reported once, at the file of it that is met first; this is its other half
const background = [...clean, ['src/base/cycle-b.ts', 'src/base/cycle-a.ts']] as const;

const law = createRequire(import.meta.url)(`${root}.dependency-cruiser.cjs`) as {
  forbidden: { name: string; severity: string }[];
};

const stubs = ['vscode-languageserver', '@noble/ciphers'];

function sources(pairs: readonly (readonly [string, string, ...unknown[]])[]) {
  const files: Record<string, string> = { 'src/base/it.ts': 'export const it = 1;\n' };
  for (const [from, to] of pairs) files[from] = source(from, to);
  return files;
}

function source(from: string, to: string): string {
  if (to === '') return 'export const it = 1;\n';
  const [word, target = ''] = to.startsWith('type ') ? ['type ', to.slice(5)] : ['', to];
  const up = '../'.repeat(from.split('/').length - 1);
  const specifier = target.startsWith('src/') ? `${up}${target}` : target;
  return `import ${word}* as that from '${specifier}';\nexport const it = 1 as unknown as typeof that;\n`;
}

const open: Mirror[] = [];
afterAll(() => {
  for (const one of open) one.remove();
});
function cruise(files: Readonly<Record<string, string>>): Ran {
  const tree = mirror(files, stubs);
  open.push(tree);
  return tree.run('scripts/check-deps.mjs');
}

describe('the dependency law', { timeout: 120_000 }, () => {
  let ran: Ran;
  /** File → the complaints about what it imports, as `severity rule`. */
  const found = new Map<string, Set<string>>();

  beforeAll(() => {
    ran = cruise({ ...sources(background), ...sources(planted) });
    for (const line of ran.out.split('\n')) {
      const [, complaint = '', from = ''] = /^(\w+ [\w-]+): (\S+) -> /.exec(line) ?? [];
      if (from) found.set(from, (found.get(from) ?? new Set()).add(complaint));
    }
  }, 120_000);

  test('every planted violation is reported as an error, by exactly the rule it breaks', () => {
    const complaints = Object.fromEntries([...found].map(([from, set]) => [from, [...set]]));
    expect(complaints).toEqual(
      Object.fromEntries(planted.map(([from, , rule]) => [from, [`error ${rule}`]])),
    );
    expect(ran.status).toBe(1);
  });

  test('every rule has a planted violation', () => {
    const rules = law.forbidden.map((rule) => rule.name).sort();
    expect([...new Set(planted.map(([, , rule]) => rule))].sort()).toEqual(rules);
    expect(law.forbidden.filter((rule) => rule.severity !== 'error')).toEqual([]);
  });

  test('every folder of the language has a rule of its own', () => {
    const rules = new Set(law.forbidden.map((rule) => rule.name));
    const folders = readdirSync(`${root}src/lang`, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
    // what an editor asks for looks at all of them
    const free = folders.filter((name) => name !== 'service' && !rules.has(`stage-${name}`));
    expect(free).toEqual([]);
  });

  test('a single violation is enough to fail', () => {
    const one = sources([['src/engine/rollout/io.ts', 'node:fs']]);
    const single = cruise({ ...sources(clean), ...one });
    expect(single.out).toMatch(/^error pure-has-no-io: src\/engine\/rollout\/io\.ts -> fs$/m);
    expect(single.out).toMatch(/^\d+ modules, 1 violations$/m);
    expect(single.status).toBe(1);
  });

  test('a clean tree passes', () => {
    const passed = cruise(sources(clean));
    expect(passed.out).toMatch(/^\d+ modules, 0 violations$/m);
    expect(passed.status).toBe(0);
  });

  test('a run that saw no module fails', () => {
    const empty = cruise({ 'src/README.md': 'nothing here\n', 'test/it.ts': 'export {};\n' });
    expect(empty.out).toMatch(/^0 modules, /m);
    expect(empty.status).toBe(1);
  });

  test('npm run check asks for lint, types, the law and the tests', () => {
    const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect(scripts['deps']).toBe('node scripts/check-deps.mjs');
    const steps = scripts['check']?.split(' && ');
    for (const step of ['lint', 'types', 'deps']) expect(steps).toContain(`npm run -s ${step}`);
    expect(steps).toContain('npm test');
  });
});
