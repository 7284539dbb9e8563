import { quoteGo } from '../../../kube/go-text.ts';
import { labelKeyProblems, labelOf, labelValueProblems } from '../../../kube/selector.ts';

/** One condition of a selector in its text form. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: 'in' | 'notin' | 'exists' | '!' | '>' | '<';
  readonly values: readonly string[];
}

export type ParsedSelector =
  | { readonly ok: true; readonly requirements: readonly LabelRequirement[] }
  | { readonly ok: false; readonly error: string };

/** Reads a selector as clients write it (`a=b,c in (d,e),!f`), by the grammar of apimachinery's `labels.Parse`. */
export function parseLabelSelector(text: string): ParsedSelector {
  const tokens = tokenize(text);
  const requirements: LabelRequirement[] = [];
  if (tokens.length === 0) return { ok: true, requirements };
  const reader = new Reader(tokens);
  for (;;) {
    const requirement = reader.requirement();
    if (typeof requirement === 'string') {
      return { ok: false, error: `unable to parse requirement: ${requirement}` };
    }
    requirements.push(requirement);
    const separator = reader.next();
    if (separator === undefined) return { ok: true, requirements };
    if (separator !== ',') {
      return { ok: false, error: `found '${separator}', expected: ',' or 'end of string'` };
    }
    // a trailing comma is taken as the end
    if (reader.atEnd()) return { ok: false, error: "found '', expected: identifier after ','" };
  }
}

/** Do these labels meet all requirements? `notin` and `!` hold where the key is absent. */
export function selectsLabels(
  requirements: readonly LabelRequirement[],
  labels: Readonly<Record<string, string>>,
): boolean {
  return requirements.every((requirement) => holds(requirement, labelOf(labels, requirement.key)));
}

function holds({ operator, values }: LabelRequirement, value: string | undefined): boolean {
  switch (operator) {
    case 'in':
      return value !== undefined && values.includes(value);
    case 'notin':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case '>':
      return compareIntegers(value, values[0]) > 0;
    case '<':
      return compareIntegers(value, values[0]) < 0;
  }
}

function compareIntegers(value: string | undefined, bound: string | undefined): number {
  if (value === undefined || bound === undefined || !/^[+-]?\d{1,18}$/.test(value)) return 0;
  const difference = BigInt(value.replace(/^\+/, '')) - BigInt(bound.replace(/^\+/, ''));
  return difference > 0n ? 1 : difference < 0n ? -1 : 0;
}

const symbols = ['==', '!=', '=', '!', '(', ')', ',', '>', '<'];

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  let word = '';
  const flush = () => {
    if (word !== '') tokens.push(word);
    word = '';
  };
  for (let at = 0; at < text.length; ) {
    const symbol = symbols.find((each) => text.startsWith(each, at));
    const char = text[at] ?? '';
    if (symbol !== undefined) {
      flush();
      tokens.push(symbol);
      at += symbol.length;
      continue;
    }
    if (' \t\r\n'.includes(char)) flush();
    else word += char;
    at += 1;
  }
  flush();
  return tokens;
}

/** Reads tokens; a text as result says what is wrong. */
class Reader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  atEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  next(): string | undefined {
    const token = this.#tokens[this.#at];
    this.#at += 1;
    return token;
  }

  requirement(): LabelRequirement | string {
    const first = this.next();
    const negated = first === '!';
    const key = negated ? this.next() : first;
    if (key === undefined || symbols.includes(key)) {
      return `found '${key ?? ''}', expected: identifier`;
    }
    const wrong = labelKeyProblems(key);
    if (wrong.length > 0) return `key: Invalid value: ${quoteGo(key)}: ${wrong.join('; ')}`;
    const peeked = this.#tokens[this.#at];
    const ends = peeked === undefined || peeked === ',';
    if (negated)
      return ends
        ? { key, operator: '!', values: [] }
        : `found '${peeked}', expected: ',' or 'end of string'`;
    if (ends) return { key, operator: 'exists', values: [] };
    this.#at += 1;
    return this.#operation(key, peeked);
  }

  #operation(key: string, operator: string): LabelRequirement | string {
    switch (operator) {
      case 'in':
      case 'notin': {
        const values = this.#set();
        return typeof values === 'string' ? values : checked({ key, operator, values });
      }
      case '=':
      case '==':
        return checked({ key, operator: 'in', values: [this.#exact()] });
      case '!=':
        return checked({ key, operator: 'notin', values: [this.#exact()] });
      case '>':
      case '<': {
        const value = this.#exact();
        if (!/^[+-]?\d{1,18}$/.test(value)) {
          return `values[0][${key}]: Invalid value: ${quoteGo(value)}: for 'Gt', 'Lt' operators, the value must be an integer`;
        }
        return { key, operator, values: [value] };
      }
      default:
        return `found '${operator}', expected: in, notin, =, ==, !=, gt, lt`;
    }
  }

  /** A value may be empty. */
  #exact(): string {
    const token = this.#tokens[this.#at];
    if (token === undefined || token === ',') return '';
    this.#at += 1;
    return token;
  }

  /** An empty value stands before a comma or the end that nothing precedes. */
  #set(): string[] | string {
    const open = this.next();
    if (open !== '(') return `found '${open ?? ''}' expected: '('`;
    const values: string[] = [];
    let empty = true;
    for (;;) {
      const token = this.next();
      if (token === undefined) return `found '', expected: ${afterValues(values, empty)}`;
      if (token === ')' || token === ',') {
        if (empty) values.push('');
        if (token === ')') return values;
        empty = true;
      } else if (empty && !symbols.includes(token)) {
        values.push(token);
        empty = false;
      } else return `found '${token}', expected: ',' or ')'`;
    }
  }
}

function afterValues(values: readonly string[], empty: boolean): string {
  if (!empty) return "',' or ')'";
  return values.length === 0 ? "',', ')' or identifier" : "',', or identifier";
}

function checked(requirement: LabelRequirement): LabelRequirement | string {
  for (const [index, value] of requirement.values.entries()) {
    const wrong = labelValueProblems(value);
    if (wrong.length > 0) {
      return `values[${index}][${requirement.key}]: Invalid value: ${quoteGo(value)}: ${wrong.join('; ')}`;
    }
  }
  return requirement;
}
