// Answers the cases of one conformance suite: node scripts/conformance.mjs <suite>, NDJSON in and out.
// A suite is test/conformance/<suite>.ts with `answer(input)`. A case that goes wrong is answered with its error.
import { existsSync } from 'node:fs';
import process from 'node:process';
import { createInterface } from 'node:readline';

const [suite = ''] = process.argv.slice(2);
const adapter = new URL(`../test/conformance/${suite}.ts`, import.meta.url);
if (!/^[a-z][a-z0-9-]*$/.test(suite) || !existsSync(adapter)) {
  process.stderr.write(
    `usage: npm run -s conformance -- <suite>; there is no suite \`${suite}\`\n`,
  );
  process.exit(2);
}
const { answer } = await import(adapter.href);

async function outputOf(input) {
  try {
    return (await answer(input)) ?? null;
  } catch (error) {
    return { error: `${error?.stack ?? error}` };
  }
}

function write(line) {
  return new Promise((resolve) => {
    if (process.stdout.write(line)) resolve();
    else process.stdout.once('drain', resolve);
  });
}

for await (const line of createInterface({
  input: process.stdin,
  crlfDelay: Number.POSITIVE_INFINITY,
})) {
  if (line.trim() === '') continue;
  let parsed;
  try {
    parsed = JSON.parse(line);
  } catch {
    process.stderr.write(`not JSON: ${line.slice(0, 100)}\n`);
    continue;
  }
  await write(`${JSON.stringify({ id: parsed.id, output: await outputOf(parsed.input) })}\n`);
}
