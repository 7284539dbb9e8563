import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { buildRego } from '../../src/cli/rego/opa.ts';
import { wasmBuiltins } from '../../src/cli/rego/wasm-builtins.ts';
import { evaluateCheck } from '../../src/engine/policy/check.ts';
import type { IrRegoTemplate, IrWasm } from '../../src/ir/program.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { compile } from '../../src/lang/compile.ts';
import { loadRego } from '../../src/runtime/rego/load.ts';
import { readCase } from '../lang/case.ts';
import { findRealParts, missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('opa');
const env = { ...process.env, OPA: findRealParts()?.opa ?? '' };

function built(source: string, ...entrypoints: readonly string[]): IrWasm {
  const result = buildRego({ source, entrypoints }, env);
  if (result.built !== 'yes') throw new Error(JSON.stringify(result));
  return result.wasm;
}

const pod = (name: string, image: string) =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop' },
    spec: { containers: [{ name: 'x', image }] },
  }) as unknown as KubeObject;

const module = `namespace shop
placement all { }
policy p {
  on: [all]
  rego latest {
    each:   Pod
    allow:  "data.images.allow"
    deny:   "data.images.deny"
    data:   { exempt: ["debug"] }
    source: \`\`\`rego
      package images
      import rego.v1

      default allow := false
      allow if every c in input.spec.containers { not endswith(c.image, ":latest") }
      allow if input.metadata.name in data.exempt
      deny contains sprintf("%s is a test", [input.metadata.name]) if startswith(input.metadata.name, "test-")
      \`\`\`
  }
}`;

describe.skipIf(missing !== '')(`Rego compiled by opa${missing}`, () => {
  test('a fence becomes Wasm that judges objects, with data', () => {
    const input = readCase(module);
    const workspace = { ...input.workspace, buildRego: (of: never) => buildRego(of, env) };
    const { program, diagnostics } = compile({ ...input, workspace } as never);
    expect(diagnostics).toEqual([]);
    const policy = program?.decls.find((decl) => decl.kind === 'policy');
    const check = (policy?.kind === 'policy' ? policy.templates[0] : null) as IrRegoTemplate;
    const loaded = loadRego(check.wasm as IrWasm);
    if (!loaded.ok) throw new Error(loaded.message);
    const objects = [
      pod('a', 'x:1'),
      pod('b', 'x:latest'),
      pod('debug', 'y:latest'),
      pod('test-1', 'x:1'),
    ];
    const outcome = evaluateCheck({ check, objects, namespaces: [], rego: loaded.module });
    expect(outcome.error).toBeNull();
    expect(outcome.violations.map(({ message }) => message)).toEqual([
      'Pod shop/b does not satisfy latest',
      'test-1 is a test',
    ]);
  });

  test('the same text gives the same module', () => {
    const source = 'package a\nallow if input.x == 1\n';
    expect(built(source, 'data.a.allow')).toEqual(built(source, 'data.a.allow'));
  });

  test('what opa finds wrong is said where it stands in the fence', () => {
    const text = module.replace('default allow := false', 'allow if missing_var');
    const input = readCase(text);
    const workspace = { ...input.workspace, buildRego: (of: never) => buildRego(of, env) };
    const { program, diagnostics } = compile({ ...input, workspace } as never);
    expect(program).toBeNull();
    expect(diagnostics.map(({ code }) => code)).toEqual(['OCM2307']);
    expect(text.slice(diagnostics[0]?.span.start).startsWith('missing_var')).toBe(true);
  });

  test.each([
    ['a syntax error', 'package a\nallow if {\n', 'data.a.allow'],
    [
      'a built-in Wasm does not have',
      'package a\nallow if crypto.md5(input.x) == "x"\n',
      'data.a.allow',
    ],
    ['an entry point no rule defines', 'package a\nallow if input.x\n', 'data.a.deny'],
    ['an entry point that is none', 'package a\nallow if input.x\n', '--help'],
    ['no Rego', '\u0000\uffff', 'data.a.allow'],
  ])('%s is a fault, not an exception', (_, source, entrypoint) => {
    const result = buildRego({ source, entrypoints: [entrypoint] }, env);
    expect(result).toMatchObject({ built: 'no' });
  });

  test('a question that takes too long, or too much memory, is stopped, and the next is answered', () => {
    const source = `package a
      r := numbers.range(1, 2000)
      slow if { some i in r; some j in r; some k in r; k == i; i == j; i == -1 }
      large := numbers.range(1, 10000000)
      allow if input.x == 1`;
    const wasm = built(source, 'data.a.slow', 'data.a.large', 'data.a.allow');
    const loaded = loadRego(wasm, { deadline: 300, pages: 256 });
    if (!loaded.ok) throw new Error(loaded.message);
    const slow = loaded.module.evaluate('data.a.slow', {}, {});
    expect(slow).toEqual({ ok: false, message: 'it took too long' });
    expect(loaded.module.evaluate('data.a.large', {}, {})).toMatchObject({ ok: false });
    expect(loaded.module.evaluate('data.a.allow', { x: 1 }, {})).toEqual({ ok: true, value: true });
    expect(loaded.module.evaluate('data.a.allow', { x: 2 }, {})).toEqual({ ok: true });
  });

  test('the built-ins that are allowed are those the SDK has', () => {
    const require = createRequire(import.meta.url);
    const folder = require.resolve('@open-policy-agent/opa-wasm').replace(/src[\\/].*$/, '');
    const { builtins } = JSON.parse(readFileSync(`${folder}capabilities.json`, 'utf8'));
    const sdk = Object.keys(require(`${folder}src/builtins/index.js`) as object);
    const all = new Set([...sdk, ...(builtins as { name: string }[]).map(({ name }) => name)]);
    all.delete('rand.intn');
    expect([...wasmBuiltins].sort()).toEqual([...all].sort());
  });
});

test('without opa it is said what to do', () => {
  const result = buildRego(
    { source: 'package a', entrypoints: ['data.a.b'] },
    { OPA: '/nowhere/opa' },
  );
  expect(result).toMatchObject({ built: 'no-compiler', problem: 'there is no `/nowhere/opa`' });
});

const script = fileURLToPath(new URL('../../scripts/kube-schemas.mjs', import.meta.url));
const drift = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
const noSource = drift.status === 3 ? ' (skipped, Go does not have k8s.io/kubernetes)' : '';

test.skipIf(noSource !== '')(
  `the fields of Kubernetes' kinds are those of its OpenAPI document${noSource}`,
  () => {
    expect({ status: drift.status, said: drift.stderr }).toEqual({ status: 0, said: '' });
  },
);
