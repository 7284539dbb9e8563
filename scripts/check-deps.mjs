// Runs the dependency law. A run that saw no module is a failure: with no JavaScript API of TypeScript at hand,
// dependency-cruiser sees nothing and is content.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
// what ships: the sources and, where they are there, the web page and the editor extensions
const folders = ['src', 'console', 'editors'].filter((folder) => existsSync(root + folder));
const cruise = spawnSync(
  process.execPath,
  [
    `${root}node_modules/dependency-cruiser/bin/dependency-cruiser.mjs`,
    ...folders,
    '--config',
    `${root}.dependency-cruiser.cjs`,
    '--output-type',
    'json',
  ],
  { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 },
);
let summary;
try {
  summary = JSON.parse(cruise.stdout).summary;
} catch {
  process.stderr.write(`dependency-cruiser did not answer:\n${cruise.stderr || cruise.stdout}\n`);
  process.exit(1);
}
for (const { rule, from, to } of summary.violations) {
  console.log(`${rule.severity} ${rule.name}: ${from} -> ${to}`);
}
console.log(`${summary.totalCruised} modules, ${summary.violations.length} violations`);
process.exitCode = summary.totalCruised === 0 || summary.error > 0 ? 1 : 0;
