// npm run -s story -- <name>: plays test/stories/<name>.ts step by step and says of each whether it holds. The last line
// is `story <name>: <n> of <n> steps hold`; the exit code is 1 where one does not.
import { existsSync, readdirSync } from 'node:fs';

const [name = '', ...words] = process.argv.slice(2);
const folder = new URL('../test/stories/', import.meta.url);
const file = new URL(`${name}.ts`, folder);
if (!/^[a-z][a-z-]*$/.test(name) || !existsSync(file)) {
  const names = readdirSync(folder).filter((entry) => entry.endsWith('.ts'));
  const stories = names.map((entry) => entry.slice(0, -'.ts'.length));
  process.stderr.write(`usage: npm run -s story -- <name>; stories: ${stories.join(', ')}\n`);
  process.exit(2);
}

const ended = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => ended.abort());
const { story } = await import(file.href);
let told = 0;
let held = 0;

await story({
  words,
  signal: ended.signal,
  say: (text) => console.log(text),
  step: async (text, holds) => {
    if (ended.signal.aborted) return false;
    told += 1;
    const begun = performance.now();
    const seconds = () => `${((performance.now() - begun) / 1000).toFixed(1)} s`;
    try {
      await holds();
      held += 1;
      console.log(`holds  ${text} (${seconds()})`);
      return true;
    } catch (error) {
      console.log(
        `FAILS  ${text} (${seconds()})\n${error instanceof Error ? error.message : error}`,
      );
      return false;
    }
  },
});
console.log(`story ${name}: ${held} of ${told} steps hold`);
process.exit(held === told && told > 0 && !ended.signal.aborted ? 0 : 1);
