import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Mirror, mirror } from '../meta/mirror.ts';
import { root } from '../support/capabilities.ts';

const open: Mirror[] = [];
afterAll(() => {
  for (const one of open) one.remove();
});

function built(files: Readonly<Record<string, string>>) {
  const tree = mirror(files);
  open.push(tree);
  cpSync(join(root, 'scripts/build.mjs'), join(tree.path, 'scripts/build.mjs'));
  const ran = tree.run('scripts/build.mjs');
  const dist = join(tree.path, 'dist');
  return {
    ...ran,
    dist,
    main: () => spawnSync(process.execPath, [join(dist, 'main.js')], { encoding: 'utf8' }),
  };
}

test('a worker and a file that a source names come along and are found from the bundle', () => {
  const { status, out, dist, main } = built({
    'src/cli/main.ts': "await (await import('../runtime/store/ask.ts')).ask();\n",
    'src/runtime/store/ask.ts': `
      import { readFileSync } from 'node:fs';
      import { Worker } from 'node:worker_threads';
      export async function ask(): Promise<void> {
        const worker = new Worker(new URL('./echo-worker.ts', import.meta.url));
        const said = await new Promise((resolve) => worker.once('message', resolve));
        const text = readFileSync(new URL('../../../examples/word.txt', import.meta.url), 'utf8');
        process.stdout.write(said + ' ' + text);
      }\n`,
    'src/runtime/store/echo-worker.ts': `
      import { parentPort } from 'node:worker_threads';
      import { load } from 'js-yaml';
      parentPort?.postMessage(load('hello') as string);\n`,
    'examples/word.txt': 'world',
  });
  expect(out).toBe('');
  expect(status).toBe(0);
  expect(main().stdout).toBe('hello world');
  expect(readdirSync(dist)).toContain('echo-worker.js');
  const notices = readFileSync(join(dist, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
  expect(notices).toMatch(/^js-yaml \S+ \(MIT\)\n\n[\s\S]*Permission is hereby granted/);
});

test('what is imported dynamically is a file of its own', () => {
  const { dist, main } = built({
    'src/cli/main.ts':
      "if (process.argv[2] === 'yaml') await import('../kube/yaml.ts');\nprocess.stdout.write('ok');\n",
    'src/kube/yaml.ts':
      "import { load } from 'js-yaml';\nexport const it: unknown = load('a: 1');\n",
  });
  expect(main().stdout).toBe('ok');
  expect(readFileSync(join(dist, 'main.js'), 'utf8').length).toBeLessThan(2000);
});

test('a file that is not there fails the build, by name', () => {
  const { status, out } = built({
    'src/cli/main.ts': "export const it = new URL('./gone-worker.ts', import.meta.url);\n",
  });
  expect(status).not.toBe(0);
  expect(out).toContain('src/cli/main.ts names ./gone-worker.ts, which is not there');
});
