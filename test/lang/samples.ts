import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { tokenize } from '../../src/lang/syntax/lexer.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

function ocmIn(folder: string): readonly string[] {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ocm'))
    .sort()
    .map((name) => join(folder, name));
}

/** Texts to try things on: the examples, and the cases that compile. */
export const samples: ReadonlyMap<string, string> = new Map(
  [...ocmIn('examples'), ...ocmIn('test/lang/emit'), ...ocmIn('test/lang/check/absence/ok')]
    .map((path): [string, string] => [path, readFileSync(join(root, path), 'utf8')])
    .filter(([, text]) => !/^\/\/# file: .*\.(yaml|json)$/m.test(text)),
);

/** The cases of the checker that read no other files, mistakes and all. */
export const cases: readonly string[] = ocmIn('test/lang/check')
  .map((path) => readFileSync(join(root, path), 'utf8'))
  .filter((text) => !/^\/\/# (file|opa):/m.test(text));

const words = [
  ...'import as let param fun type kind namespace fleet from expect because for in if then else not true false'.split(
    ' ',
  ),
  ...'placement policy app rollout clusterset group musthave resource where on take prefer cluster env prod x y Deployment track addon install via replicaset helm git kustomize object healthy'.split(
    ' ',
  ),
  ...'{ } [ ] ( ) , : . ... @ => = == != < <= > >= && || ?? | ? ! + - * /'.split(' '),
  '"text"',
  `"\${`,
  `"a \${x} b"`,
  '30s',
  '512Mi',
  '25%',
  'v1.29',
  '42',
  '1.5',
  '```rego\nx\n```',
  '`odd`',
  '// c\n',
  '/// d\n',
  '\n',
  '\n  ',
  '__proto__',
  'constructor',
  '§',
  '\0',
];

/** Texts made of tokens in any order. */
export const soup: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...words), { maxLength: 60 })
  .map((parts) => parts.join(' '));

/** Samples with a few tokens taken out, doubled, or replaced by others. */
export const mutants: fc.Arbitrary<string> = fc
  .record({
    text: fc.constantFrom(...samples.values()),
    edits: fc.array(
      fc.record({
        at: fc.nat(),
        how: fc.constantFrom('remove', 'double', 'replace', 'newline'),
        word: fc.constantFrom(...words),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ text, edits }) => edits.reduce(edit, text));

function edit(
  text: string,
  { at, how, word }: { readonly at: number; readonly how: string; readonly word: string },
): string {
  const { tokens } = tokenize(text);
  const token = tokens[at % Math.max(tokens.length, 1)];
  if (token === undefined) return text;
  const { startOffset: start, image } = token;
  const end = start + image.length;
  const instead = { remove: '', double: `${image} ${image}`, replace: word, newline: `\n${image}` };
  return text.slice(0, start) + instead[how as keyof typeof instead] + text.slice(end);
}
