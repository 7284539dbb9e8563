import { createContext, Script } from 'node:vm';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { compile } from '../../src/lang/compile.ts';
import { root } from '../support/capabilities.ts';
import { projectFiles, read } from './tree.ts';

const pure = projectFiles.filter((file) => /^src\/(base|kube|ir|lang|engine)\/.*\.ts$/.test(file));

/** One script of everything, for a browser; fails where something of Node is imported, by us or by a package. */
async function bundle(files: readonly string[], resolveDir: string): Promise<string> {
  const everything = files.map((file, n) => `export * as m${n} from './${file}';`).join('\n');
  const { outputFiles } = await build({
    stdin: { contents: everything, resolveDir, loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    globalName: 'ocm',
    target: 'es2024',
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

/** Runs a script where there is nothing but the language itself and what every browser has for text. */
function inBrowser(script: string): Record<string, unknown> {
  const context = createContext({ TextEncoder, TextDecoder, URL, structuredClone, atob, btoa });
  new Script(`${script}\nthis.ocm = ocm;`).runInContext(context);
  return context as Record<string, unknown>;
}

test('base, kube, ir, lang and engine bundle for a browser and load there', async () => {
  expect(pure.length).toBeGreaterThan(30);
  const script = await bundle(pure, root);
  const { ocm } = inBrowser(script);
  expect(Object.keys(ocm as object)).toHaveLength(pure.length);
}, 60_000);

test('a program compiles there to the same IR as here', async () => {
  const file = 'src/lang/compile.ts';
  const { ocm } = inBrowser(await bundle([file], root));
  const { m0 } = ocm as { m0: { compile: typeof compile } };
  const uri = 'examples/large-fleet/main.ocm';
  const input = { files: [{ uri, text: read(uri) }] };
  const here = compile(input);
  expect(here.program).not.toBeNull();
  expect(JSON.stringify(m0.compile(input))).toBe(JSON.stringify(here));
}, 60_000);

test('an import of Node does not bundle, and a global of Node does not load', async () => {
  const of = (contents: string) =>
    build({
      stdin: { contents, resolveDir: root },
      bundle: true,
      write: false,
      platform: 'browser',
      logLevel: 'silent',
    });
  await expect(of("import 'node:fs';")).rejects.toThrow('Could not resolve "node:fs"');
  expect(() => inBrowser('var ocm = process.cwd();')).toThrow('process is not defined');
});
