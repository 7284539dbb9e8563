/** A step of a path: what to take of each value so far. */
type Step =
  | { readonly take: 'field'; readonly name: string }
  | { readonly take: 'every' }
  | { readonly take: 'below' }
  | {
      readonly take: 'items';
      readonly from: number | null;
      readonly to: number | null;
      readonly by: number;
    }
  | { readonly take: 'item'; readonly at: number }
  | { readonly take: 'union'; readonly of: readonly Step[] }
  | { readonly take: 'where'; readonly left: readonly Step[]; readonly test: Test | null };
interface Test {
  readonly by: '==' | '!=' | '<' | '<=' | '>' | '>=';
  readonly right: Literal | readonly Step[];
}
type Literal = { readonly literal: string | number | boolean | null };

/** A path that was read, or why it is none. */
export type JsonPath =
  | { readonly ok: true; readonly steps: readonly Step[] }
  | { readonly ok: false; readonly error: string };

/**
 * Reads a JSONPath as client-go's `util/jsonpath` does inside its braces, without `range` and text: fields, quoted
 * fields, `*`, `..`, items, slices, unions and filters with one comparison. Dots in names are written `\.`.
 */
export function parseJsonPath(text: string): JsonPath {
  const reader = new Reader(text.startsWith('$') ? text.slice(1) : text);
  const steps = reader.steps(() => reader.atEnd());
  return steps === null
    ? { ok: false, error: reader.error ?? `unreadable path ${JSON.stringify(text)}` }
    : { ok: true, steps };
}

/** All values of a path in a JSON value, in order; missing keys give none. */
export function findJsonPath(
  path: JsonPath & { readonly ok: true },
  value: unknown,
): readonly unknown[] {
  return follow(path.steps, [value]);
}

// INVARIANT: repeated `..` multiplies; what is more than this is left out, so that any path ends soon.
const mostValues = 10_000;

function follow(steps: readonly Step[], values: readonly unknown[]): readonly unknown[] {
  let found = values;
  for (const step of steps) {
    const next: unknown[] = [];
    for (const value of found) {
      for (const taken of take(step, value)) next.push(taken);
      if (next.length > mostValues) break;
    }
    found = next.slice(0, mostValues);
  }
  return found;
}

function take(step: Step, value: unknown): readonly unknown[] {
  switch (step.take) {
    case 'field':
      return isRecord(value) && Object.hasOwn(value, step.name) ? [value[step.name]] : [];
    case 'every':
      return children(value);
    case 'below':
      return below(value);
    case 'item': {
      if (!Array.isArray(value)) return [];
      const at = step.at < 0 ? value.length + step.at : step.at;
      return at in value ? [value[at]] : [];
    }
    case 'items':
      return Array.isArray(value) ? slice(value, step) : [];
    case 'union':
      return step.of.flatMap((one) => take(one, value));
    case 'where':
      return children(value).filter((child) => holds(step, child));
  }
}

function slice(
  list: readonly unknown[],
  {
    from,
    to,
    by,
  }: { readonly from: number | null; readonly to: number | null; readonly by: number },
): readonly unknown[] {
  const bound = (at: number): number =>
    Math.min(list.length, Math.max(0, at < 0 ? list.length + at : at));
  const items = list.slice(bound(from ?? 0), bound(to ?? list.length));
  return by === 1 ? items : items.filter((_, index) => index % by === 0);
}

function children(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isRecord(value) ? Object.values(value) : [];
}

function below(value: unknown): readonly unknown[] {
  const found: unknown[] = [];
  const open: unknown[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    found.push(next);
    for (const child of children(next).toReversed()) if (child !== undefined) open.push(child);
  }
  return found;
}

function holds(step: Step & { readonly take: 'where' }, value: unknown): boolean {
  const left = follow(step.left, [value]);
  if (step.test === null) return left.length > 0;
  const { right, by } = step.test;
  const other = 'literal' in right ? [right.literal] : follow(right, [value]);
  return left.length > 0 && other.length > 0 && compares(left[0], by, other[0]);
}

function compares(left: unknown, by: Test['by'], right: unknown): boolean {
  if (by === '==') return left === right;
  if (by === '!=') return left !== right;
  const ordered =
    (typeof left === 'number' && typeof right === 'number') ||
    (typeof left === 'string' && typeof right === 'string');
  if (!ordered) return false;
  if (by === '<') return left < right;
  if (by === '<=') return left <= right;
  return by === '>' ? left > right : left >= right;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const comparisons = ['==', '!=', '<=', '>=', '<', '>'] as const;

/** Reads left to right without looking back: linear in the text. Lifetime of one parse. */
class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  error: string | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  steps(ends: () => boolean): readonly Step[] | null {
    const steps: Step[] = [];
    while (!ends()) {
      const next = this.#step();
      if (next === null) return null;
      steps.push(...next);
    }
    return steps;
  }

  #step(): readonly Step[] | null {
    if (this.#eat('..')) {
      if (this.#peek() === '[' || this.#peek() === '*') return [{ take: 'below' }];
      const name = this.#name();
      return name === null ? this.#fail('a name after `..`') : [{ take: 'below' }, field(name)];
    }
    if (this.#eat('.')) {
      if (this.atEnd()) return [];
      if (this.#peek() === '[') return [];
      const name = this.#name();
      return name === null ? this.#fail('a name after `.`') : [field(name)];
    }
    if (this.#eat('[')) return this.#brackets();
    const name = this.#name();
    return name === null ? this.#fail('`.` or `[`') : [field(name)];
  }

  #brackets(): readonly Step[] | null {
    this.#spaces();
    if (this.#eat('?(')) return this.#filter();
    const steps: Step[] = [];
    do {
      this.#spaces();
      const step = this.#inBrackets();
      if (step === null) return null;
      steps.push(step);
      this.#spaces();
    } while (this.#eat(','));
    if (!this.#eat(']')) return this.#fail('`]`');
    const [only] = steps;
    return steps.length === 1 && only !== undefined ? [only] : [{ take: 'union', of: steps }];
  }

  #inBrackets(): Step | null {
    if (this.#eat('*')) return { take: 'every' };
    const quoted = this.#quoted();
    if (quoted !== null) return { take: 'field', name: quoted };
    const from = this.#integer();
    if (!this.#eat(':')) return from === null ? this.#fail('an index') : { take: 'item', at: from };
    const to = this.#integer();
    const by = this.#eat(':') ? this.#integer() : 1;
    return by === null || by < 1 ? this.#fail('a step above 0') : { take: 'items', from, to, by };
  }

  #filter(): readonly Step[] | null {
    if (this.#depth > 8) return this.#fail('fewer nested filters');
    this.#depth += 1;
    this.#spaces();
    const left = this.#operand();
    if (left === null || 'literal' in left) return this.#fail('a path that starts with `@`');
    this.#spaces();
    const by = comparisons.find((comparison) => this.#eat(comparison));
    let test: Test | null = null;
    if (by !== undefined) {
      this.#spaces();
      const right = this.#operand();
      if (right === null) return this.#fail('a value to compare with');
      test = { by, right };
    }
    this.#spaces();
    this.#depth -= 1;
    return this.#eat(')]') ? [{ take: 'where', left, test }] : this.#fail('`)]`');
  }

  #operand(): Literal | readonly Step[] | null {
    const quoted = this.#quoted();
    if (quoted !== null) return { literal: quoted };
    if (this.#eat('@')) return this.steps(() => this.atEnd() || ' )=!<>'.includes(this.#peek()));
    const word = this.#until(' )');
    if (word === 'true' || word === 'false') return { literal: word === 'true' };
    if (word === 'null') return { literal: null };
    const number = Number(word);
    return word === '' || Number.isNaN(number) ? null : { literal: number };
  }

  #name(): string | null {
    if (this.#eat('*')) return '*';
    let name = '';
    while (!this.atEnd() && !'.[]() =!<>,'.includes(this.#peek())) {
      if (this.#peek() === '\\') this.#at += 1;
      name += this.#peek();
      this.#at += 1;
    }
    return name === '' ? null : name;
  }

  #quoted(): string | null {
    const quote = this.#peek();
    if (quote !== "'" && quote !== '"') return null;
    this.#at += 1;
    let text = '';
    while (!this.atEnd() && this.#peek() !== quote) {
      if (this.#peek() === '\\') this.#at += 1;
      text += this.#peek();
      this.#at += 1;
    }
    return this.#eat(quote) ? text : null;
  }

  #integer(): number | null {
    const start = this.#at;
    if (this.#peek() === '-') this.#at += 1;
    while (!this.atEnd() && this.#peek() >= '0' && this.#peek() <= '9') this.#at += 1;
    const text = this.#text.slice(start, this.#at);
    return text === '' || text === '-' ? null : Number(text);
  }

  #until(ends: string): string {
    const start = this.#at;
    while (!this.atEnd() && !ends.includes(this.#peek())) this.#at += 1;
    return this.#text.slice(start, this.#at);
  }

  #spaces(): void {
    while (this.#peek() === ' ') this.#at += 1;
  }

  #peek(): string {
    return this.#text[this.#at] ?? '';
  }

  #eat(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #fail(expected: string): null {
    this.error ??= `expected ${expected} at ${this.#at} in ${JSON.stringify(this.#text)}`;
    return null;
  }
}

function field(name: string): Step {
  return name === '*' ? { take: 'every' } : { take: 'field', name };
}
