// npm run long -- <name> [--seconds <n>]: runs test/long/<name>.test.ts, which takes longer than CI allows; without a name
// it says which there are. What each proves stands at the head of its file.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [name = '', option, seconds] = process.argv.slice(2);
const file = `test/long/${name}.test.ts`;
const duration = option === '--seconds' && Number(seconds) > 0;
if (!/^[a-z][a-z-]*$/.test(name) || !existsSync(root + file) || (option && !duration)) {
  const names = readdirSync(`${root}test/long`).flatMap((entry) =>
    entry.endsWith('.test.ts') ? [entry.slice(0, -'.test.ts'.length)] : [],
  );
  process.stderr.write(
    `usage: npm run long -- <name> [--seconds <n>]; names: ${names.join(', ')}\n`,
  );
  process.exit(2);
}
const vitest = [`${root}node_modules/vitest/vitest.mjs`, 'run', '--project', 'long', file];
const env = { ...process.env, ...(duration && { OCM_LONG_SECONDS: seconds }) };
process.exit(spawnSync(process.execPath, vitest, { cwd: root, stdio: 'inherit', env }).status ?? 1);
