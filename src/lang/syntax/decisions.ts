import { lookahead } from './lookahead.ts';
import { End, type TokenType, vocabulary } from './tokens.ts';

/** The index of the alternative that the next two tokens begin, -1 for none. What may be left out has one. */
export type Decision = (next: TokenType, second: TokenType) => number;

/** The decisions of one rule, by the number of the call. */
export interface Decisions {
  readonly some: readonly (Decision | undefined)[];
  readonly maybe: readonly (Decision | undefined)[];
  readonly need: readonly (Decision | undefined)[];
  readonly choose: readonly (Decision | undefined)[];
}
export const noDecisions: Decisions = { some: [], maybe: [], need: [], choose: [] };

let all: ReadonlyMap<string, Decisions> | null = null;
/** What lookahead says in the rule of a name. */
export function decisionsOf(rule: string): Decisions {
  all ??= read(lookahead);
  return all.get(rule) ?? noDecisions;
}

/** Reads lines `rule call number: path / path | path`, a path being one token or two. */
function read(text: string): ReadonlyMap<string, Decisions> {
  const rules = new Map<string, Record<keyof Decisions, (Decision | undefined)[]>>();
  for (const line of text.trim().split('\n')) {
    const [, rule = '', call = '', at = '', paths = ''] =
      /^(\w+) (\w+) (\d+): (.*)$/.exec(line) ?? [];
    const decisions = rules.get(rule) ?? { some: [], maybe: [], need: [], choose: [] };
    rules.set(rule, decisions);
    decisions[call as keyof Decisions][Number(at)] = decisionOf(paths);
  }
  return rules;
}

const none = -1;
const needsSecond = -2;

/** Alternatives by the index of the next token's type, and where that is not enough by that of the second's too. */
interface Tables {
  readonly first: number[];
  readonly second: Map<number, number[]>;
}

// Read when first asked: a short text meets few of them.
function decisionOf(paths: string): Decision {
  let tables: Tables | null = null;
  return (next, second) => {
    tables ??= tablesOf(paths);
    const found = tables.first[next.index] ?? none;
    if (found !== needsSecond) return found;
    return tables.second.get(next.index)?.[second.index] ?? none;
  };
}

function tablesOf(text: string): Tables {
  const tables: Tables = { first: row(), second: new Map() };
  for (const [index, alternative] of text.split(' | ').entries()) {
    for (const path of alternative.split(' / ')) {
      const [next = [], second = everyType] = path.split(' ').map(typesOf);
      for (const type of next) add(tables, type, second, index);
    }
  }
  return tables;
}

// The first alternative that fits is taken: what an earlier one has stays with it.
function add(
  { first, second }: Tables,
  type: number,
  then: readonly number[],
  index: number,
): void {
  const known = first[type] ?? none;
  if (known === none && then === everyType) first[type] = index;
  else if (known === none || known === needsSecond) {
    first[type] = needsSecond;
    const seconds = second.get(type) ?? row();
    second.set(type, seconds);
    for (const each of then) if (seconds[each] === none) seconds[each] = index;
  }
}

const everyType: readonly number[] = [...vocabulary, End].map(({ index }) => index);
const row = (): number[] => new Array<number>(Math.max(...everyType) + 1).fill(none);

/** By the name of a type: itself and those of its category. */
const typesByName = new Map(
  vocabulary.map(({ name, index, members }) => {
    const isCategory = members.length > index + 1;
    return [name, isCategory ? everyType.filter((each) => members[each] === true) : [index]];
  }),
);
function typesOf(name: string): readonly number[] {
  return typesByName.get(name) ?? [];
}
