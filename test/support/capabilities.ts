import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One row of docs/capabilities.md. */
export interface Capability {
  readonly says: string;
  readonly line: number;
  readonly proofs: readonly Proof[];
}
export type Proof =
  /** `test/file.test.ts › name of the test`, with the names of enclosing `describe`s before it. */
  | { readonly kind: 'test'; readonly file: string; readonly test: string }
  /** `bench <suite> <row>` */
  | { readonly kind: 'bench'; readonly suite: string; readonly row: string }
  /** `picture docs/….png` */
  | { readonly kind: 'picture'; readonly file: string }
  /** `ci <stage>`: a stage of scripts/ci.mjs */
  | { readonly kind: 'ci'; readonly stage: string }
  | { readonly kind: 'unreadable'; readonly text: string };

export const root: string = fileURLToPath(new URL('../..', import.meta.url));

/** Reads the table of promises: `| capability | proof; proof |`. Each proof stands in backquotes. */
export function readCapabilities(): readonly Capability[] {
  return readFileSync(`${root}docs/capabilities.md`, 'utf8')
    .split('\n')
    .map((text, index) => ({ text, line: index + 1 }))
    .filter(({ text }) => /^\|(?!\s*(capability|-+)\s*\|)/.test(text))
    .map(({ text, line }) => {
      const cells = text.split(/(?<!\\)\|/).slice(1, -1);
      const proofs = [...(cells.at(-1) ?? '').matchAll(/`([^`]+)`/g)].map((m) => proof(m[1] ?? ''));
      return { says: (cells[0] ?? '').trim(), line, proofs };
    });
}

function proof(text: string): Proof {
  const test = /^(test\/\S+\.ts) › (.+)$/.exec(text);
  if (test) return { kind: 'test', file: test[1] ?? '', test: test[2] ?? '' };
  const bench = /^bench (\S+) (\S+)$/.exec(text);
  if (bench) return { kind: 'bench', suite: bench[1] ?? '', row: bench[2] ?? '' };
  const picture = /^picture (\S+)$/.exec(text);
  if (picture) return { kind: 'picture', file: picture[1] ?? '' };
  const stage = /^ci (.+)$/.exec(text);
  if (stage) return { kind: 'ci', stage: stage[1] ?? '' };
  return { kind: 'unreadable', text };
}
