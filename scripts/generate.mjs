// Writes the files that are made from sources, and says which changed. `--check` writes nothing and fails instead.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Each generated file: its path from the root, and the text it should have. */
const generated = [
  {
    path: 'grammar/ir.schema.json',
    text: async () => {
      const { irSchema } = await import('../src/ir/schema/program.ts');
      return `${JSON.stringify(irSchema(), null, 2)}\n`;
    },
  },
  {
    path: 'grammar/ocm.tmLanguage.json',
    text: async () => {
      const { textMateGrammar } = await import('./textmate.mjs');
      return `${JSON.stringify(textMateGrammar(), null, 2)}\n`;
    },
  },
  {
    path: 'src/lang/syntax/lookahead.ts',
    text: async () => (await import('./lookahead.mjs')).lookaheadSource(),
  },
  {
    path: 'docs/language/reference.md',
    text: async () => (await import('./reference.mjs')).referencePage(),
  },
];

const check = process.argv.includes('--check');
const root = fileURLToPath(new URL('..', import.meta.url));
const changed = [];
for (const { path, text } of generated) {
  const content = await text();
  if (readIfThere(root + path) === content) continue;
  changed.push(path);
  if (!check) writeFileSync(root + path, content);
}
for (const path of changed) console.log(`${check ? 'out of date' : 'wrote'}: ${path}`);
if (check && changed.length > 0) {
  console.error('run `npm run generate`');
  process.exitCode = 1;
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
