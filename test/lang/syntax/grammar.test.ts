import { readFileSync } from 'node:fs';
import {
  Alternation,
  type IProduction,
  NonTerminal,
  Option,
  Repetition,
  RepetitionMandatory,
  Terminal,
} from 'chevrotain';
import { expect, test } from 'vitest';
import { neededFrom } from '../../../src/lang/syntax/grammar.ts';
import { buildRecovering } from '../../../src/lang/syntax/parser.ts';
import { keywords } from '../../../src/lang/syntax/tokens.ts';

const source = readFileSync(new URL('../../../grammar/ocm.ebnf', import.meta.url), 'utf8');

/** A production in one form whoever wrote it: alternatives sorted, a list with commas as a repetition. */
type Form =
  | { readonly is: 'seq'; readonly of: readonly Form[] }
  | { readonly is: 'alt'; readonly of: readonly Form[] }
  | { readonly is: 'many' | 'maybe'; readonly of: Form }
  | { readonly is: 'word'; readonly text: string };

const seq = (of: readonly Form[]): Form => {
  const flat = of.flatMap((each) => (each.is === 'seq' ? each.of : [each]));
  const [only] = flat;
  return flat.length === 1 && only !== undefined ? only : { is: 'seq', of: flat };
};
const alt = (of: readonly Form[]): Form => {
  const [only] = of;
  if (of.length === 1 && only !== undefined) return only;
  return { is: 'alt', of: of.toSorted((a, b) => (print(a) < print(b) ? -1 : 1)) };
};

function print(form: Form): string {
  switch (form.is) {
    case 'seq':
      return form.of.map(print).join(' ');
    case 'alt':
      return `( ${form.of.map(print).join(' | ')} )`;
    case 'many':
      return `{ ${print(form.of)} }`;
    case 'maybe':
      return `[ ${print(form.of)} ]`;
    case 'word':
      return form.text;
  }
}

function fromParser(production: IProduction): Form {
  if (production instanceof Terminal) return { is: 'word', text: production.terminalType.name };
  if (production instanceof NonTerminal) return { is: 'word', text: production.nonTerminalName };
  if (production instanceof Alternation) return alt(production.definition.map(fromParser));
  const inner = seq(
    (production as unknown as { readonly definition: IProduction[] }).definition.map(fromParser),
  );
  if (production instanceof Option) {
    return production.idx >= neededFrom ? inner : { is: 'maybe', of: inner };
  }
  if (production instanceof Repetition) return { is: 'many', of: inner };
  if (production instanceof RepetitionMandatory) return seq([inner, { is: 'many', of: inner }]);
  return inner;
}

/** Reads the productions of the EBNF. */
function fromText(text: string): ReadonlyMap<string, Form> {
  const tokens =
    text.replace(/\(\*[\s\S]*?\*\)/g, '').match(/"[^"]*"|[A-Za-z]+|[=;|(){}[\]]/g) ?? [];
  let at = 0;
  const next = (): string => tokens[at++] ?? '';
  const alternatives = (): Form => {
    const of = [sequence()];
    while (tokens[at] === '|') {
      at++;
      of.push(sequence());
    }
    return alt(of);
  };
  const sequence = (): Form => {
    const of: Form[] = [];
    while (!['|', ')', '}', ']', ';'].includes(tokens[at] ?? ';')) of.push(term());
    return seq(of);
  };
  const term = (): Form => {
    const token = next();
    if (!['(', '{', '['].includes(token)) return { is: 'word', text: token };
    const of = alternatives();
    next();
    if (token === '{') return { is: 'many', of };
    return token === '[' ? commaList(of) : of;
  };
  const productions = new Map<string, Form>();
  while (at < tokens.length) {
    const name = next();
    next();
    productions.set(name, alternatives());
    next();
  }
  return productions;
}

/** `[ x { "," x } [ "," ] ]` is what the parser does as `{ x [ "," ] }`, with a gate that asks for the comma. */
function commaList(of: Form): Form {
  const [first, rest, last] = of.is === 'seq' ? of.of : [];
  const isList =
    first !== undefined &&
    rest?.is === 'many' &&
    print(rest.of) === `"," ${print(first)}` &&
    last !== undefined &&
    print(last) === '[ "," ]';
  return isList ? { is: 'many', of: seq([first, last]) } : { is: 'maybe', of };
}

// What the parser reads only to say what is wrong with it.
const forErrors: ReadonlyMap<string, string> = new Map([['unary', '"not" unary']]);

test('grammar/ocm.ebnf and the parser say the same', () => {
  const { grammar } = buildRecovering(true);
  const written = fromText(source);
  const parsed = grammar.getGAstProductions();
  expect([...written.keys()].sort()).toEqual(Object.keys(parsed).sort());
  for (const [name, rule] of Object.entries(parsed)) {
    const extra = forErrors.get(name);
    const form = seq(rule.definition.map(fromParser));
    const said = form.is === 'alt' ? alt(form.of.filter((each) => print(each) !== extra)) : form;
    expect(`${name} = ${print(said)}`).toBe(`${name} = ${print(written.get(name) ?? said)}`);
  }
});

test('the keywords of grammar/ocm.ebnf are those of the lexer', () => {
  const line = /^ +keywords +(.*)$/m.exec(source)?.[1];
  expect(line?.split(' ')).toEqual([...keywords]);
});

test('the grammar is not ambiguous with two tokens of lookahead', () => {
  expect(() => buildRecovering(true)).not.toThrow();
});

test('src/lang/syntax/lookahead.ts is what chevrotain finds out about the rules', async () => {
  const script = new URL('../../../scripts/lookahead.mjs', import.meta.url);
  const { lookaheadSource } = (await import(script.href)) as { lookaheadSource: () => string };
  const path = new URL('../../../src/lang/syntax/lookahead.ts', import.meta.url);
  expect(readFileSync(path, 'utf8'), 'run `npm run generate`').toBe(lookaheadSource());
});
