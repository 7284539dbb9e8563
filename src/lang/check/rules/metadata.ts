import type { Span } from '../../../base/span.ts';
import { isDnsLabel, labelValueFaults, qualifiedNameFaults } from '../../../kube/names.ts';
import { problem } from '../../diagnostics.ts';
import type { Fields, Value } from '../../fold/value.ts';
import { isOf } from '../checked.ts';
import { fieldsOf, knownValue, listOf } from '../known.ts';
import type { Typed } from '../typed.ts';
import { type BlockRule, elementSpan, reportOn, valueSpan } from './rule.ts';

const key = 'a key is `name` or `example.com/name`: letters, digits, `-`, `_` and `.`';
const value = 'at most 63 letters, digits, `-`, `_` and `.`, a letter or digit first and last';
const namespace = 'at most 63 lower case letters, digits and `-`, a letter or digit first and last';

/** OCM2013: labels, annotations and namespaces that the API would refuse, of an object on the hub. */
export const metadata: BlockRule = (block, session) => {
  const values = block.values as Readonly<Record<string, Typed | null>>;
  const refuse = (what: string, range: string, span: Span): void => {
    reportOn(block, problem('OCM2013', span, { what: `\`${what}\``, range }), session);
  };
  for (const name of ['labels', 'annotations']) {
    const found = faultIn(name, fieldsOf(knownValue(values[name])));
    if (found !== null) refuse(found.what, found.range, valueSpan(block, name));
  }
  for (const [index, name] of isOf(block, 'clusterset') ? namesOf(values['namespaces']) : []) {
    if (!isDnsLabel(name)) refuse(name, namespace, elementSpan(block, 'namespaces', index));
  }
};

function faultIn(
  name: string,
  fields: Fields | undefined,
): { readonly what: string; readonly range: string } | null {
  for (const [each, given] of fields ?? []) {
    // the API reads keys of annotations without regard to case
    const plain = name === 'annotations' ? each.toLowerCase() : each;
    if (qualifiedNameFaults(plain).length > 0) return { what: each, range: key };
    if (name === 'labels' && !isValue(given)) return { what: String(given), range: value };
  }
  return null;
}

function isValue(given: Value): boolean {
  // What a template of a policy prints is known later.
  const isPlain = typeof given === 'string' && !given.includes('{{');
  return !isPlain || labelValueFaults(given).length === 0;
}

function namesOf(typed: Typed | null | undefined): readonly (readonly [number, string])[] {
  return (listOf(typed) ?? []).flatMap((each, index) =>
    typeof each === 'string' ? [[index, each] as const] : [],
  );
}
