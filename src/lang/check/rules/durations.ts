import { problem } from '../../diagnostics.ts';
import { isList, isUnit, type Value } from '../../fold/value.ts';
import type { Construct } from '../../schema/constructs.ts';
import type { Checked } from '../checked.ts';
import { fieldsOf, knownValue } from '../known.ts';
import type { Session } from '../session.ts';
import type { Typed } from '../typed.ts';
import { type BlockRule, elementSpan, reportOn, valueSpan } from './rule.ts';

interface Limit {
  readonly key: string;
  /** Fields of the value, or of each of its elements; without them it is a duration itself. */
  readonly fields?: readonly string[];
  /** The object counts seconds; elsewhere it has a text of any unit. */
  readonly inSeconds?: boolean;
}

const ofCertificates = [
  'minimumDuration',
  'minimumCADuration',
  'maximumDuration',
  'maximumCADuration',
];
const limits: { readonly [C in Construct]?: readonly Limit[] } = {
  placement: [{ key: 'tolerate', fields: ['for'], inSeconds: true }],
  app: [{ key: 'ttl', inSeconds: true }],
  config: [{ key: 'every', fields: ['compliant', 'noncompliant'] }],
  certificate: ofCertificates.map((key) => ({ key })),
};

/** OCM2013: times that run backwards, and parts of a second where upstream counts whole ones and would lose them. */
export const durations: BlockRule = (block, session, program) => {
  const values = block.values as Readonly<Record<string, Typed | null>>;
  for (const limit of limits[block.construct] ?? []) {
    const found = knownValue(values[limit.key]);
    if (found !== undefined) checkTimes(found, limit, block, session);
  }
  for (const child of block.children) durations(child, session, program);
};

function checkTimes(
  found: Value,
  { key, fields = [], inSeconds = false }: Limit,
  block: Checked,
  session: Session,
): void {
  const written = isList(found) ? found : [found];
  for (const [index, each] of written.entries()) {
    for (const { field, nanos } of durationsIn(each, fields)) {
      if (isAllowed(nanos, inSeconds)) continue;
      const params = {
        what: `\`${field ?? key}\``,
        range: inSeconds ? 'whole seconds, from 0s' : 'from 0s',
      };
      const span = isList(found) ? elementSpan(block, key, index) : valueSpan(block, key);
      reportOn(block, problem('OCM2013', span, params), session);
    }
  }
}

function isAllowed(nanos: bigint, inSeconds: boolean): boolean {
  return nanos >= 0n && (!inSeconds || nanos % 1_000_000_000n === 0n);
}

function durationsIn(
  value: Value,
  fields: readonly string[],
): readonly { readonly field: string | null; readonly nanos: bigint }[] {
  if (value === null || typeof value !== 'object') return [];
  if (isUnit(value)) return value.unit === 'duration' ? [{ field: null, nanos: value.nanos }] : [];
  const record = fieldsOf(value);
  return fields.flatMap((field) => {
    const of = record?.get(field);
    return of === undefined ? [] : durationsIn(of, []).map(({ nanos }) => ({ field, nanos }));
  });
}
