// Answers one suite of ../shared/conformance: lines {"id","input"} in, lines {"id","output"} out.
// usage: npm run -s conformance -- <suite>
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [suite = '', ...rest] = process.argv.slice(2);
const adapter = new URL(`../test/conformance/${suite}.ts`, import.meta.url);
if (!/^[a-z][a-z-]*$/.test(suite) || rest.length > 0 || !existsSync(adapter)) {
  process.stderr.write('usage: npm run -s conformance -- <suite>\n');
  process.exit(2);
}
const { answer } = await import(adapter.href);
for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  if (line.trim() === '') continue;
  const { id, input } = JSON.parse(line);
  const output = await answer(input);
  if (!process.stdout.write(`${JSON.stringify({ id, output })}\n`)) {
    await new Promise((resolve) => process.stdout.once('drain', resolve));
  }
}
