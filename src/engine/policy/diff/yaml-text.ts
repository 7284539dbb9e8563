import { isJsonObject, type JsonObject } from '../../../base/json.ts';
import { sprint } from '../compare/sprint.ts';
import { isSimpleKey, scalarText } from './yaml-scalar.ts';

/**
 * A JSON value as YAML, byte for byte as sigs.k8s.io/yaml writes it: what differences of objects are shown in. Keys are
 * sorted, lists stand below their key without indentation.
 */
export function yamlText(value: unknown): string {
  const lines = nodeText(value, { indent: 0, column: 0, inMap: false });
  return `${lines.startsWith('\n') ? lines.slice(1) : lines}\n`;
}

interface Place {
  /** Of the map or list the node is in. */
  readonly indent: number;
  /** Characters before the node on its line; a space that separates it from them is written by the node. */
  readonly column: number;
  readonly inMap: boolean;
}

/** A node with what separates it from the text before it. */
function nodeText(value: unknown, place: Place): string {
  if (Array.isArray(value)) return value.length === 0 ? ' []' : listText(value, place);
  if (isJsonObject(value)) return isEmpty(value) ? ' {}' : mapText(value, place);
  if (typeof value !== 'string')
    return ` ${value === null || value === undefined ? 'null' : sprint(value)}`;
  const indent = place.indent + 2;
  return ` ${scalarText(value, { column: place.column + 1, indent, isKey: false })}`;
}

// Below a key a list begins on a new line at the key's indentation; in a list it goes on behind the dash.
function listText(list: readonly unknown[], { indent, inMap }: Place): string {
  const at = inMap ? indent : indent + 2;
  const items = list.map((item) => {
    const text = itemText(item, at);
    return `\n${' '.repeat(at)}-${text}`;
  });
  return inMap ? items.join('') : ` ${items.join('').trimStart()}`;
}

function itemText(item: unknown, indent: number): string {
  return nodeText(item, { indent, column: indent + 1, inMap: false });
}

function mapText(map: JsonObject, { indent, column, inMap }: Place): string {
  const at = column === 0 ? 0 : indent + 2;
  const fields = Object.keys(map)
    .filter((key) => map[key] !== undefined)
    .sort(compareKeys)
    .map((key) => `\n${' '.repeat(at)}${fieldText(key, map[key], at)}`);
  return inMap || column === 0 ? fields.join('') : ` ${fields.join('').trimStart()}`;
}

function fieldText(key: string, value: unknown, indent: number): string {
  const simple = isSimpleKey(key);
  const text = scalarText(key, { column: indent, indent: indent + 2, isKey: simple });
  const head = simple ? `${text}:` : `? ${text}\n${' '.repeat(indent)}:`;
  const column = simple ? indent + [...head].length : indent + 1;
  return head + nodeText(value, { indent, column, inMap: simple });
}

function isEmpty(map: JsonObject): boolean {
  return Object.values(map).every((value) => value === undefined);
}

const letter = /^\p{L}$/u;
const digit = /^\p{Nd}$/u;

/** go-yaml's order of keys: letters by code, numbers inside by their value, other characters before letters. */
export function compareKeys(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const [x = '', y = ''] = [left[at], right[at]];
    if (x === y) continue;
    const [xIsLetter, yIsLetter] = [letter.test(x), letter.test(y)];
    if (xIsLetter && yIsLetter) return codeOf(x) - codeOf(y);
    if (xIsLetter || yIsLetter) return yIsLetter ? -1 : 1;
    return compareNumbers(left, right, at);
  }
  return left.length - right.length;
}

function compareNumbers(left: readonly string[], right: readonly string[], at: number): number {
  const [x = '', y = ''] = [left[at], right[at]];
  // Zeros in the middle of a number count; those that lead it do not.
  const inNumber = (x === '0' || y === '0') && precededByNumber(left, at) ? '1' : '';
  const [a, b] = [digitsAt(left, at), digitsAt(right, at)];
  const order = BigInt(`${inNumber}${a}` || '0') - BigInt(`${inNumber}${b}` || '0');
  if (order !== 0n) return order < 0n ? -1 : 1;
  return a.length - b.length || codeOf(x) - codeOf(y);
}

function precededByNumber(chars: readonly string[], at: number): boolean {
  for (let before = at - 1; before >= 0 && digit.test(chars[before] ?? ''); before--) {
    if (chars[before] !== '0') return true;
  }
  return false;
}

function digitsAt(chars: readonly string[], start: number): string {
  let end = start;
  while (end < chars.length && digit.test(chars[end] ?? '')) end++;
  return chars
    .slice(start, end)
    .filter((char) => /[0-9]/.test(char))
    .join('');
}

function codeOf(char: string): number {
  return char.codePointAt(0) ?? 0;
}
