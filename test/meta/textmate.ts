/** What this reader knows of a TextMate grammar. */
interface Rule {
  readonly name?: string;
  readonly contentName?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly captures?: Captures;
  readonly beginCaptures?: Captures;
  readonly endCaptures?: Captures;
  readonly include?: string;
  readonly patterns?: readonly Rule[];
}
type Captures = Readonly<Record<string, { readonly name: string }>>;
export interface TextMateGrammar {
  readonly patterns: readonly Rule[];
  readonly repository: Readonly<Record<string, Rule>>;
}

interface Open {
  readonly rule: Rule;
  readonly scopes: readonly string[];
}

/** Every rule of a grammar that holds a pattern. */
export function rulesOf(grammar: TextMateGrammar): readonly Rule[] {
  const all: Rule[] = [];
  const visit = (rule: Rule): void => {
    all.push(rule);
    for (const each of rule.patterns ?? []) visit(each);
  };
  for (const rule of [...grammar.patterns, ...Object.values(grammar.repository)]) visit(rule);
  return all;
}

/** The scopes of each character of a text, as an editor would give them; grammars of other languages are left out. */
export function scopesOf(grammar: TextMateGrammar, text: string): readonly (readonly string[])[] {
  const scopes: (readonly string[])[] = Array.from({ length: text.length }, () => []);
  const stack: Open[] = [{ rule: { patterns: grammar.patterns }, scopes: [] }];
  let offset = 0;
  for (const line of text.split('\n')) {
    readLine(grammar, line, stack, (start, end, added) => {
      for (let at = start; at < end; at++) scopes[offset + at] = added;
    });
    offset += line.length + 1;
  }
  return scopes;
}

type Mark = (start: number, end: number, scopes: readonly string[]) => void;

function readLine(grammar: TextMateGrammar, line: string, stack: Open[], mark: Mark): void {
  let at = 0;
  for (let steps = 0; at <= line.length && steps < 10_000; steps++) {
    const top = stack.at(-1) as Open;
    const candidates = flatten(grammar, top.rule.patterns ?? []);
    let best: { readonly found: RegExpExecArray; readonly rule: Rule | null } | null = null;
    if (top.rule.end !== undefined) {
      const found = search(top.rule.end, line, at);
      if (found !== null) best = { found, rule: null };
    }
    for (const rule of candidates) {
      const found = search(rule.match ?? rule.begin ?? '(?!)', line, at);
      if (found !== null && (best === null || found.index < best.found.index))
        best = { found, rule };
    }
    if (best === null) {
      mark(at, line.length, top.scopes);
      return;
    }
    const { found, rule } = best;
    mark(at, found.index, top.scopes);
    at = found.index + found[0].length;
    if (rule === null) {
      stack.pop();
      captured(found, top.rule.endCaptures, top.scopes, mark);
    } else {
      const name = rule.name === undefined ? [] : [rule.name];
      captured(
        found,
        rule.match === undefined ? rule.beginCaptures : rule.captures,
        [...top.scopes, ...name],
        mark,
      );
      if (rule.begin !== undefined) {
        const content = rule.contentName === undefined ? [] : [rule.contentName];
        stack.push({ rule, scopes: [...top.scopes, ...name, ...content] });
      } else if (found[0] === '') at += 1;
    }
  }
}

function captured(
  found: RegExpExecArray,
  captures: Captures | undefined,
  scopes: readonly string[],
  mark: Mark,
): void {
  mark(found.index, found.index + found[0].length, scopes);
  for (const [group, { name }] of Object.entries(captures ?? {})) {
    const [start, end] = found.indices?.[Number(group)] ?? [0, 0];
    mark(start, end, [...scopes, name]);
  }
}

function flatten(grammar: TextMateGrammar, rules: readonly Rule[]): readonly Rule[] {
  return rules.flatMap((rule) => {
    if (rule.include === undefined) {
      return rule.match === undefined && rule.begin === undefined
        ? flatten(grammar, rule.patterns ?? [])
        : [rule];
    }
    const named = grammar.repository[rule.include.slice(1)];
    return named === undefined ? [] : flatten(grammar, [named]);
  });
}

const compiled = new Map<string, RegExp>();

function search(pattern: string, line: string, at: number): RegExpExecArray | null {
  const regex = compiled.get(pattern) ?? new RegExp(pattern, 'gd');
  compiled.set(pattern, regex);
  regex.lastIndex = at;
  return regex.exec(line);
}
