import { parseInstant } from '../../../base/instant.ts';
import type { IrSource } from '../../../ir/expr.ts';
import { parseCidr } from '../../../kube/ip.ts';
import { labelValueFaults } from '../../../kube/names.ts';
import { problem } from '../../diagnostics.ts';
import { type Fields, isFields, isList, scalarText, type Value } from '../../fold/value.ts';
import type { Checked } from '../checked.ts';
import { nameSpan, reportOn } from '../rules/rule.ts';
import type { Session } from '../session.ts';
import { isScalar } from '../type.ts';

/** Reports what no hub could say of a cluster: labels that are none, scores out of range, times that are no times. */
export function checkFacts(block: Checked<'cluster'>, fields: Fields, session: Session): void {
  const say = (what: string, range: string): void => {
    reportOn(
      block,
      problem('OCM2013', spanOf(block, what), { what: `\`${what}\``, range }),
      session,
    );
  };
  for (const [name, value] of fields) {
    const attribute = session.attributeOf(name);
    const fault = attribute === null ? null : faultOf(attribute.source, value);
    if (fault !== null) say(name, fault);
    if (attribute === null) continue;
    const text = scalarText(value) ?? '';
    if (isScalar(attribute.type, 'time') && parseInstant(text) === null) say(name, time);
    if (isScalar(attribute.type, 'cidr') && parseCidr(text) === null)
      say(name, 'a range: 10.0.0.0/8');
  }
  checkMaps(fields, say);
  checkTimes(fields, say);
}

const time = 'a time is written 2026-01-01T00:00:00Z';

type Say = (what: string, range: string) => void;

function checkMaps(fields: Fields, say: Say): void {
  for (const [key, value] of entriesOf(fields.get('labels'))) {
    const fault = faultOf({ from: 'label', key }, value);
    if (fault !== null) say('labels', `${key}: ${fault}`);
  }
  for (const [key, value] of entriesOf(fields.get('scores'))) {
    const slash = key.indexOf('/');
    if (slash <= 0 || slash === key.length - 1) say('scores', 'a score is written `resource/name`');
    const fault = faultOf({ from: 'score', resource: '', score: '' }, value);
    if (fault !== null) say('scores', `${key}: ${fault}`);
  }
}

function checkTimes(fields: Fields, say: Say): void {
  const created = fields.get('created');
  if (typeof created === 'string' && parseInstant(created) === null) say('created', time);
  const taints = fields.get('taints');
  for (const taint of taints !== undefined && isList(taints) ? taints : []) {
    const since = asFields(taint)?.get('since');
    if (typeof since === 'string' && parseInstant(since) === null) say('taints', time);
  }
}

function faultOf(source: IrSource, value: Value): string | null {
  if (source.from === 'label') {
    const faults = labelValueFaults(scalarText(value) ?? '');
    return faults.length === 0 ? null : 'a label has at most 63 letters, digits, `-`, `_` and `.`';
  }
  if (source.from !== 'score' || typeof value !== 'bigint') return null;
  return value < -100n || value > 100n ? 'a score is from -100 to 100' : null;
}

/** Where a field of a cluster is written; its name, where it comes from the defaults. */
function spanOf(block: Checked<'cluster'>, key: string) {
  const item = block.shaped.body.items.find(
    (each) => each.kind === 'property' && each.key.kind === 'word' && each.key.text === key,
  );
  return item?.kind === 'property' ? item.value.span : nameSpan(block);
}

function entriesOf(value: Value | undefined): Iterable<readonly [string, Value]> {
  return (value !== undefined && asFields(value)) || [];
}

function asFields(value: Value): Fields | undefined {
  return value !== null && typeof value === 'object' && isFields(value) ? value : undefined;
}
