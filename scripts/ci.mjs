// Everything a change must pass, in one run: setup, `npm run check`, the real parts and the suites that need them,
// conformance where the data is there. Stages go on after a failure; what failed is named again at the end, and the last
// line adds up all test runs.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const total = { passed: 0, failed: 0, skipped: 0 };
const times = [];
const failures = [];

await stage('setup', ['node', 'scripts/setup.mjs'], { counts: false });
await stage('check', ['npm', 'run', '-s', 'check']);
await stage('real parts', ['node', 'scripts/real-parts.mjs'], { counts: false });
await stage('tests with real parts', ['npm', 'run', '-s', 'test:real']);
await stage('story interchange', ['npm', 'run', '-s', 'story', '--', 'interchange']);
if (existsSync(`${root}../shared/conformance/check.mjs`)) {
  await stage('conformance rollout', [
    'node',
    '../shared/conformance/check.mjs',
    'rollout',
    '--show',
    '1',
  ]);
} else {
  console.log('skipped: conformance (no ../shared/conformance beside this checkout)');
  total.skipped += 1;
}

console.log('\nstage                          seconds');
for (const [name, seconds] of times) console.log(`${name.padEnd(30)} ${seconds.padStart(7)}`);
for (const failure of failures) console.log(failure);
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
process.exit(total.failed > 0 ? 1 : 0);

/** Runs one command, shows what it prints, and counts the tests its closing line reports; without such a line, itself. */
async function stage(name, [command, ...args], { counts = true } = {}) {
  console.log(`\n=== ${name}`);
  const started = performance.now();
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PATH: `${root}node_modules/.bin:${process.env.PATH}` },
  });
  let line = null;
  const named = [];
  createInterface({ input: child.stdout }).on('line', (text) => {
    console.log(text);
    line = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/.exec(text) ?? line;
    if (text.startsWith('failed: ')) named.push(text);
  });
  const code = await new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('close', (exit) => resolve(exit ?? 1));
  });
  times.push([name, ((performance.now() - started) / 1000).toFixed(1)]);
  if (counts && line) {
    total.passed += Number(line[1]);
    total.failed += Number(line[2]);
    total.skipped += Number(line[3] ?? 0);
    if (code !== 0 && Number(line[2]) === 0) total.failed += 1;
  } else if (code !== 0) {
    total.failed += 1;
  } else if (counts) {
    total.passed += 1;
  }
  if (code !== 0) {
    console.log(`--- ${name} failed with status ${code}`);
    failures.push(...(named.length > 0 ? named : [`failed: ${name}, with status ${code}`]));
  }
}
