import type { ObjectKind } from '../../bind/kinds.ts';
import { problem } from '../../diagnostics.ts';
import { secondary } from '../../place.ts';
import { type Around, blocksOf, type Checked } from '../checked.ts';
import { blockOf, fieldsOf, kindOf, listOf } from '../known.ts';
import { objectIn } from '../object-refs.ts';
import type { Session } from '../session.ts';
import { type BlockRule, keySpan, nameSpan, reportOn, valueSpan } from './rule.ts';
import { covers } from './selection.ts';

/** OCM4025, and OCM2001 for a configuration whose kind the add-on does not take (Rule 54). */
export const installs: BlockRule<'addon'> = (addon, session, program) => {
  const entries = blocksOf(addon.children, 'install');
  for (const [index, entry] of entries.entries()) {
    checkConfigs(entry, addon, session);
    checkReached(entry, entries.slice(index + 1), program, session);
  }
};

function placementOf(
  { reference }: Checked<'install'>,
  program: Around,
): Checked<'placement'> | null {
  const symbol = blockOf(reference ?? undefined);
  return symbol === undefined ? null : (program.blockOf(symbol) as Checked<'placement'> | null);
}

function checkReached(
  entry: Checked<'install'>,
  later: readonly Checked<'install'>[],
  program: Around,
  session: Session,
): void {
  const inner = placementOf(entry, program);
  if (inner === null) return;
  const winner = later.find((each) => {
    const outer = placementOf(each, program);
    return outer !== null && outer !== inner && covers(outer, inner);
  });
  if (winner === undefined) return;
  const at = secondary(winner.shaped.place, nameSpan(winner), 'this one wins on all of them');
  const params = { placement: inner.name, later: placementOf(winner, program)?.name ?? '' };
  const help = ['put the more particular entry last'];
  const advice = { help, secondary: [at] };
  reportOn(entry, problem('OCM4025', nameSpan(entry), params, advice), session);
}

function checkConfigs(entry: Checked<'install'>, addon: Checked<'addon'>, session: Session): void {
  const supported = (listOf(addon.values.supports) ?? []).flatMap((value) => {
    const record = fieldsOf(value);
    return kindOf(record === undefined ? value : record.get('kind')) ?? [];
  });
  const isSupported = ({ group, kind }: ObjectKind): boolean =>
    supported.some((each) => each.group === group && each.kind === kind);
  const written = entry.shaped.keys.configs?.value;
  for (const [index, value] of (listOf(entry.values.configs) ?? []).entries()) {
    const object = objectIn(value);
    if (object === undefined || isSupported(object.kind)) continue;
    const element = written?.kind === 'list' ? written.elements[index] : undefined;
    const span = element?.span ?? valueSpan(entry, 'configs');
    const { kind } = object.kind;
    const help = [
      `say that it takes it: \`supports: [${[...names(supported), kind].join(', ')}]\``,
    ];
    const at = secondary(addon.shaped.place, keySpan(addon, 'supports'), 'what it takes');
    const params = { sort: 'configuration kind', name: kind };
    reportOn(entry, problem('OCM2001', span, params, { help, secondary: [at] }), session);
  }
}

function names(kinds: readonly ObjectKind[]): readonly string[] {
  return kinds.map(({ kind }) => kind);
}
