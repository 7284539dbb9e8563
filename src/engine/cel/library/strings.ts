import type { Library, Overload } from '../environment.ts';
import { global, member } from '../environment.ts';
import type { CelValue } from '../value.ts';
import { celError, isCelList, noSuchOverload, sizeOf } from '../value.ts';
import { formatFunction, formatValidator } from './format-text.ts';

type Run = Overload['run'];
type Cost = NonNullable<Overload['cost']>;

const walk = (size: number) => Math.ceil(size * 0.1);
const charCost: Cost = ([text = null]) => 2 + walk(sizeOf(text));
const transformCost: Cost = ([text = null], result) => 1 + walk(sizeOf(text)) + sizeOf(result);
const searchCost: Cost = ([text = null, part = null]) => 1 + walk(sizeOf(text) * sizeOf(part));
const replaceCost: Cost = ([text = null, part = null], result) =>
  1 + walk(Math.max(1, sizeOf(text)) * Math.max(1, sizeOf(part))) + sizeOf(result);
const splitCost: Cost = ([text = null], result) => 11 + walk(sizeOf(text) + 1) + sizeOf(result);
const joinCost: Cost = ([list = null], result) => 1 + walk(sizeOf(list) + 1) + sizeOf(result);

const outOfRange = celError('index out of range');
const maxInt32 = 2 ** 31;

/** Texts and whole numbers of the arguments; indexes far beyond any text are cut to one that still is. */
function on(of: (texts: string[], numbers: number[]) => CelValue): Run {
  return (args) => {
    const texts = args.filter((arg) => typeof arg === 'string');
    const numbers = args.filter((arg) => typeof arg === 'bigint');
    if (texts.length + numbers.length !== args.length) return noSuchOverload;
    return of(
      texts,
      numbers.map((number) => Math.max(-maxInt32, Math.min(maxInt32, Number(number)))),
    );
  };
}

function charAt([text = '']: string[], [at = 0]: number[]): CelValue {
  const points = [...text];
  return at < 0 || at > points.length ? outOfRange : (points[at] ?? '');
}

function indexOf([text = '', part = '']: string[], [offset = 0]: number[]): CelValue {
  const [points, wanted] = [[...text], [...part]];
  if (offset < 0) return outOfRange;
  if (part === '') return BigInt(Math.min(offset, points.length));
  for (let at = offset; at <= points.length - wanted.length; at += 1) {
    if (wanted.every((point, i) => points[at + i] === point)) return BigInt(at);
  }
  return -1n;
}

function lastIndexOf([text = '', part = '']: string[], [offset]: number[]): CelValue {
  const [points, wanted] = [[...text], [...part]];
  if (offset !== undefined && offset < 0) return outOfRange;
  if (part === '') return BigInt(Math.min(offset ?? points.length, points.length));
  if (offset !== undefined && offset >= points.length) return -1n;
  const last = points.length - wanted.length;
  for (let at = Math.min(offset ?? last, last); at >= 0; at -= 1) {
    if (wanted.every((point, i) => points[at + i] === point)) return BigInt(at);
  }
  return -1n;
}

function substring([text = '']: string[], [start = 0, end]: number[]): CelValue {
  const points = [...text];
  const stop = end ?? points.length;
  if (start < 0 || start > points.length || stop < start || stop > points.length) return outOfRange;
  return points.slice(start, stop).join('');
}

function replace([text = '', from = '', to = '']: string[], [limit = -1]: number[]): CelValue {
  if (limit === 0 || from === to) return text;
  const parts = from === '' ? ['', ...text, ''] : text.split(from);
  const kept = limit < 0 ? parts.length : Math.min(parts.length, limit + 1);
  const rest = parts.slice(kept - 1).join(from);
  return [...parts.slice(0, kept - 1), rest].join(to);
}

function split([text = '', by = '']: string[], [limit = -1]: number[]): CelValue {
  if (limit === 0) return [];
  const parts = by === '' ? [...text] : text.split(by);
  if (limit < 0 || parts.length <= limit) return parts;
  return [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(by)];
}

function join([list, by = '']: readonly CelValue[]): CelValue {
  if (list === undefined || !isCelList(list) || typeof by !== 'string') return noSuchOverload;
  const texts = list.filter((item) => typeof item === 'string');
  return texts.length === list.length ? texts.join(by) : noSuchOverload;
}

function lower([text = '']: string[]): CelValue {
  return text.replace(/[A-Z]/g, (char) => char.toLowerCase());
}

function upper([text = '']: string[]): CelValue {
  return text.replace(/[a-z]/g, (char) => char.toUpperCase());
}

// Go's white space; unlike JavaScript's it has U+0085 and lacks the byte order mark.
const spaces: ReadonlySet<string> = new Set(
  '\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000',
);

function trim([text = '']: string[]): CelValue {
  let [start, end] = [0, text.length];
  while (start < end && spaces.has(text.charAt(start))) start += 1;
  while (end > start && spaces.has(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

const quoted: ReadonlyMap<string, string> = new Map([
  ['\u0007', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
  ['\\', '\\\\'],
  ['"', '\\"'],
]);

function quote([text = '']: string[]): CelValue {
  return `"${[...text].map((char) => quoted.get(char) ?? char).join('')}"`;
}

function reverse([text = '']: string[]): CelValue {
  return [...text].reverse().join('');
}

function text(id: string, types: string, of: Parameters<typeof on>[0], cost: Cost): Overload {
  return member(id, types, on(of), cost);
}

const quoteCost: Cost = ([value = null]) => walk(sizeOf(value));

/** cel-go's strings extension, its newest version, with its costs. */
export const strings: Library = {
  functions: new Map([
    ['charAt', [text('string_char_at_int', 'string, int -> string', charAt, charCost)]],
    [
      'indexOf',
      [
        text('string_index_of_string', 'string, string -> int', indexOf, searchCost),
        text('string_index_of_string_int', 'string, string, int -> int', indexOf, searchCost),
      ],
    ],
    [
      'lastIndexOf',
      [
        text('string_last_index_of_string', 'string, string -> int', lastIndexOf, searchCost),
        text(
          'string_last_index_of_string_int',
          'string, string, int -> int',
          lastIndexOf,
          searchCost,
        ),
      ],
    ],
    [
      'substring',
      [
        text('string_substring_int', 'string, int -> string', substring, transformCost),
        text('string_substring_int_int', 'string, int, int -> string', substring, transformCost),
      ],
    ],
    [
      'replace',
      [
        text('string_replace', 'string, string, string -> string', replace, replaceCost),
        text('string_replace_int', 'string, string, string, int -> string', replace, replaceCost),
      ],
    ],
    [
      'split',
      [
        text('string_split_string', 'string, string -> list(string)', split, splitCost),
        text('string_split_string_int', 'string, string, int -> list(string)', split, splitCost),
      ],
    ],
    [
      'join',
      [
        member('list_join', 'list(string) -> string', join, joinCost),
        member('list_join_string', 'list(string), string -> string', join, joinCost),
      ],
    ],
    ['lowerAscii', [text('string_lower_ascii', 'string -> string', lower, transformCost)]],
    ['upperAscii', [text('string_upper_ascii', 'string -> string', upper, transformCost)]],
    ['trim', [text('string_trim', 'string -> string', trim, transformCost)]],
    ['reverse', [text('string_reverse', 'string -> string', reverse, transformCost)]],
    ['strings.quote', [global('strings_quote', 'string -> string', on(quote), quoteCost)]],
    ['format', [member('string_format', 'string, list(dyn) -> string', formatFunction, quoteCost)]],
  ]),
  validators: [formatValidator],
};
