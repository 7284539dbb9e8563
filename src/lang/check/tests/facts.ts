import type { IrSource } from '../../../ir/expr.ts';
import { labelValueFaults } from '../../../kube/names.ts';
import { problem } from '../../diagnostics.ts';
import { type Fields, isFields, scalarText, type Value } from '../../fold/value.ts';
import type { Checked } from '../checked.ts';
import { nameSpan, reportOn } from '../rules/rule.ts';
import type { Session } from '../session.ts';

/** Reports what no hub could say of a cluster: labels that are none, scores out of range. */
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
  }
  checkMaps(fields, say);
}

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
